using Agent.Tcp.Benchmarks;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;
using Agent.Tcp.Benchmarks.Runs;

if (args is [SocketHolder.Command, .. var mix])
{
    return SocketHolder.Hold(mix);
}

if (args is [NamespaceHolder.Command, .. var namespaces])
{
    return NamespaceHolder.Hold(namespaces);
}

BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args);
}
catch (FormatException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 2;
}

Action<BenchmarkOptions, MarkdownReport>? run = options.Command switch
{
    "parser" => ParserRun.Run,
    "decode" => DecodeRun.Run,
    "read" => ReadRun.Run,
    "compare" => CompareRun.Run,
    "signals" => SignalsRun.Run,
    "ports" => PortsRun.Run,
    "groups" => GroupsRun.Run,
    "roundtrips" => RoundTripsRun.Run,
    "footprint" => FootprintRun.Run,
    "namespaces" => NamespacesRun.Run,
    _ => null,
};
if (run is null)
{
    await Console.Error.WriteLineAsync(BenchmarkOptions.Usage);
    return 2;
}

try
{
    if (options.Command is not ("parser" or "decode"))
    {
        if (!NetworkNamespace.IsOwn)
        {
            return options.Command is "namespaces" or "groups" ? NetworkNamespace.RunOwnProgramAsNode(args) : NetworkNamespace.RunOwnProgram(args);
        }

        NetworkNamespace.EndWithParent();
    }

    var report = new MarkdownReport(Console.Out);
    report.Line($"# {options.Command}");
    report.Line();
    report.Line(Machine.Describe(TimeProvider.System, options.Runs));
    run(options, report);
    report.Save(options.Output);
    return 0;
}
catch (IOException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
