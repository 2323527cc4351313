using System.Globalization;
using System.Runtime.Versioning;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Processes;

/// <summary>Services and ephemeral ports of real sockets, as the agent exports them of another network namespace.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed class ServiceMetricsTests
{
    /// <summary>
    /// A range of 4,000 of which some are reserved: from the half of a range on, the kernel looks at thousands of ports for each
    /// connection, so that the 28,232 of the default take a minute.
    /// </summary>
    private const int Ports = 4_000 - 232;

    private const string SetPriv = "/usr/bin/setpriv";

    private static readonly string[] AsTheImagesUser = ["--reuid", "65532", "--regid", "65532", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];

    /// <summary>
    /// Connects to one destination until connect() fails for want of a port, over both families to the same address; then to
    /// another address, which works. Says how many connections there were.
    /// </summary>
    private const string Exhausting = """
        import errno, resource, socket, subprocess, time
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        def write(name, value):
            with open("/proc/sys/net/ipv4/" + name, "w") as file:
                file.write(value)
        write("ip_local_port_range", "40000 43999")
        write("ip_local_reserved_ports", "40000-40231,50000")
        kept = []
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0", 443))
        listener.listen(4096)
        def connect(address):
            mapped = len(kept) % 4 == 0
            one = socket.socket(socket.AF_INET6 if mapped else socket.AF_INET)
            one.connect(("::ffff:" + address if mapped else address, 443))
            kept.append(one)
            kept.append(listener.accept()[0])
        count = 0
        try:
            while True:
                connect("127.0.0.1")
                count += 1
        except OSError as error:
            assert error.errno == errno.EADDRNOTAVAIL, error
        connect("127.0.0.2")
        print(count, flush=True)
        print("started", flush=True)
        time.sleep(600)
        """;

    public ServiceMetricsTests() => SocketsOfEverySort.SkipUnlessPossible();

    [Theory]
    [InlineData("SockDiag")]
    [InlineData("Procfs")]
    public async Task Export_SocketsOfEverySort_AreTheServicesOfSs(string source)
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        SsLine[] lines = await SocketsOfEverySort.SsAsync(sockets);
        ReceivedExport export = await ExportAsync(AgentProgram.Environment(
            [new("Tcp__Metrics__Services", "true"), new("Tcp__Source", source)]));

        string inode = SocketsOfEverySort.NamespaceOf(sockets);
        string.Join('\n', Services(export, inode)).ShouldBe(string.Join('\n', Expected(lines, isV6OnlyKnown: source == "SockDiag")));
        Of(export, "tcp.connections", inode).Sum(point => point.AsInt).ShouldBe(lines.Length);
        export.Metrics.Single(metric => metric.Name == "tcp.service.connections").Sum.DataPoints.Sum(point => point.AsInt)
            .ShouldBe(export.Metrics.Single(metric => metric.Name == "tcp.connections").Sum.DataPoints.Sum(point => point.AsInt), "each socket once");
        Of(export, "tcp.client.ports.used", inode).Single().AsInt
            .ShouldBe(Busiest(lines, isV6OnlyKnown: source == "SockDiag", isEphemeral: port => port is >= 32768 and <= 60999));
    }

    [Theory]
    [InlineData("SockDiag")]
    [InlineData("Procfs")]
    public async Task Export_NoPortIsLeftTowardADestination_SaysSo(string source)
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync(Exhausting);
        int.Parse(sockets.Output.All[0], CultureInfo.InvariantCulture).ShouldBe(Ports);

        ReceivedExport export = await ExportAsync(AgentProgram.Environment([new("Tcp__Source", source)]));

        string inode = SocketsOfEverySort.NamespaceOf(sockets);
        Of(export, "tcp.client.ports.used", inode).Single().AsInt.ShouldBe(Ports);
        Of(export, "tcp.client.ports.limit", inode).Single().AsInt.ShouldBe(Ports);
        export.Metrics.ShouldNotContain(metric => metric.Name == "tcp.service.connections", "off by default");
    }

    /// <summary>Another namespace's range cannot be read without capabilities; the ports in use are known all the same.</summary>
    [Fact]
    public async Task Export_WithoutCapabilities_HasNoLimitOfAnotherNamespace()
    {
        Assert.SkipUnless(File.Exists(SetPriv), $"Needs {SetPriv} (Debian package util-linux).");
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        SsLine[] lines = await SocketsOfEverySort.SsAsync(sockets);

        // Where services are not wanted, a table does not wait for the listeners of the other one.
        int busiest = Busiest(lines, isV6OnlyKnown: true, isEphemeral: _ => true);
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, AgentProgram.ForAll);

        ReceivedExport export = await ExportAsync(
            AgentProgram.Environment([]),
            [SetPriv, .. AsTheImagesUser, AgentProgram.CopyTo(folder)]);

        NumberDataPoint[] used = [.. Points(export, "tcp.client.ports.used").Where(point => point.AsInt == busiest && point.Attributes.Count > 0)];
        used.Length.ShouldBe(1, $"{busiest} in {string.Join(", ", Points(export, "tcp.client.ports.used").Select(point => point.AsInt))}");
        Text(used[0], "linux.netns.id").ShouldNotBeEmpty();
        Points(export, "tcp.client.ports.limit").ShouldAllBe(point => point.Attributes.Count == 0, "only the host's, which is the agent's own");
    }

    /// <summary>
    /// The user of the image behind hidepid: of two namespaces, in one there is a process of that user as well, and what it can
    /// be seen by is right; of the other there is nothing, also no 0. That processes are hidden is counted, and logged once.
    /// </summary>
    [Theory]
    [InlineData("hidepid=2", "not_found")]
    [InlineData("hidepid=1", "permission_denied")]
    public async Task Export_BehindHidepid_IsRightOfWhatIsSeenAndHasNothingOfTheRest(string option, string error)
    {
        const string Hidden = """
            import socket, subprocess, time
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            listener = socket.create_server(("127.0.0.1", 15432))
            clients = [socket.create_connection(("127.0.0.1", 15432)) for _ in range(9)]
            print("started", flush=True)
            time.sleep(600)
            """;
        Assert.SkipUnless(File.Exists(SetPriv), $"Needs {SetPriv} (Debian package util-linux).");
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, AgentProgram.ForAll);
        string program = AgentProgram.CopyTo(folder);
        string seen = folder.Write("seen.py", SocketsOfEverySort.Script);
        string hidden = folder.Write("hidden.py", Hidden);
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        Dictionary<string, string> environment = AgentProgram.Environment(
        [
            .. AgentRun.OverHttp(receiver), new("Tcp__Metrics__Services", "true"), new("Tcp__CpuBudget", "1"), new("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ]);
        await using TestProcess agent = TestProcess.Start(
            "/usr/bin/unshare",
            [
                "--pid", "--fork", "--mount-proc", "--kill-child", "/bin/sh", "-c",
                $"cd '{folder.Path}'; mount -o remount,{option} /proc || exit 1; unshare --net {SocketsOfEverySort.Python} '{seen}' >seen & first=$!; "
                + $"unshare --net {SocketsOfEverySort.Python} '{hidden}' >hidden & second=$!; "
                + "until grep -qs started seen && grep -qs started hidden; do sleep 0.05; done; sleep 0.3; "
                + "for pid in $first $second; do readlink /proc/$pid/ns/net; done >inodes; "
                + $"nsenter --net=/proc/$first/ns/net {SocketsOfEverySort.Ss} -Htanpe >ss; "
                + $"{SetPriv} {string.Join(' ', AsTheImagesUser)} '{program}'",
            ],
            environment);

        ReceivedExport export = (await receiver.WaitForExportsAsync(3))[^1];

        string[] inodes = [.. File.ReadLines(folder.File("inodes")).Select(link => link.Split('[', ']')[1])];
        SsLine[] lines = [.. File.ReadLines(folder.File("ss")).Select(SsLine.Parse)];
        string.Join('\n', Services(export, inodes[0])).ShouldBe(string.Join('\n', Expected(lines, isV6OnlyKnown: false)));
        Of(export, "tcp.client.ports.used", inodes[0]).Single().AsInt.ShouldBe(Busiest(lines, isV6OnlyKnown: false, isEphemeral: _ => true));
        Of(export, "tcp.client.ports.limit", inodes[0]).ShouldBeEmpty("the agent may not enter it");
        Of(export, "tcp.connections", inodes[0]).Sum(point => point.AsInt).ShouldBe(lines.Length);

        foreach (string metric in new[] { "tcp.service.connections", "tcp.client.ports.used", "tcp.client.ports.limit", "tcp.connections" })
        {
            Of(export, metric, inodes[1]).ShouldBeEmpty(metric);
            Points(export, metric).ShouldAllBe(point => Text(point, "server.port") != "15432");
            Points(export, metric).ShouldAllBe(point => point.Attributes.Any(attribute => attribute.Key.StartsWith("linux.netns.", StringComparison.Ordinal)), "the host's is unknown");
        }

        export.Counts("tcp.agent.read.errors", "error.type")[error].ShouldBeGreaterThan(1);
        agent.Error.All.Where(line => line.Contains("hidepid", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    /// <summary>Each as <c>role port state count</c>, in order.</summary>
    private static string[] Services(ReceivedExport export, string inode) =>
    [
        .. Of(export, "tcp.service.connections", inode)
            .Select(point => string.Join(' ', Text(point, "tcp.role"), Text(point, "server.port"), Text(point, "network.connection.state"), point.AsInt))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The same of lines of ss.</summary>
    private static string[] Expected(SsLine[] lines, bool isV6OnlyKnown) =>
    [
        .. lines.CountBy(line => line.IsServer(lines, isV6OnlyKnown)
                ? $"server {SsLine.Number(line.Local)} {SsLine.Metric(line.State)}"
                : $"client {SsLine.Number(line.Remote)} {SsLine.Metric(line.State)}", StringComparer.Ordinal)
            .Select(service => $"{service.Key} {service.Value}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The local ports of clients toward the busiest destination: one local address, remote address and remote port. Mapped
    /// addresses are IPv4.
    /// </summary>
    private static int Busiest(SsLine[] lines, bool isV6OnlyKnown, Func<int, bool> isEphemeral) => lines
        .Where(line => SsLine.Number(line.Remote) > 0 && !line.IsServer(lines, isV6OnlyKnown) && isEphemeral(SsLine.Number(line.Local)))
        .Select(line => (Local: Unmapped(line.Local), Remote: Unmapped(line.Remote)))
        .CountBy(line => (line.Local[..line.Local.LastIndexOf(':')], line.Remote))
        .Max(destination => destination.Value);

    private static string Unmapped(string end) => end.Replace("[::ffff:127.0.0.1]", "127.0.0.1", StringComparison.Ordinal);

    private static async Task<ReceivedExport> ExportAsync(Dictionary<string, string> environment, string[]? command = null)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        foreach ((string name, string value) in AgentRun.OverHttp(receiver))
        {
            environment[name] = value;
        }

        environment["Tcp__CpuBudget"] = "1";
        environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        command ??= [AgentProgram.File];
        await using TestProcess agent = TestProcess.Start(command[0], command[1..], environment);
        return await receiver.WaitForExportAsync();
    }

    private static IEnumerable<NumberDataPoint> Of(ReceivedExport export, string metric, string inode) =>
        Points(export, metric).Where(point => Text(point, "linux.netns.inode") == inode);

    private static RepeatedField<NumberDataPoint> Points(ReceivedExport export, string name) =>
        export.Metrics.Single(metric => metric.Name == name) is { Gauge: { } gauge } ? gauge.DataPoints
        : export.Metrics.Single(metric => metric.Name == name).Sum.DataPoints;

    private static string Text(NumberDataPoint point, string key) =>
        point.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value is { } value
            ? value.HasStringValue ? value.StringValue : value.IntValue.ToString(CultureInfo.InvariantCulture)
            : "";
}
