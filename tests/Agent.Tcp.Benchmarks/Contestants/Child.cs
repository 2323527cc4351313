using System.Diagnostics;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A program that runs beside the measuring, and ends with it. Started on the main thread, which lives to the end.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    public Child(string path, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // setpriv has the kernel end it, however this process ends.
        string[] line = Command.Find("setpriv") is { } setpriv
            ? [setpriv, "--pdeathsig", "KILL", path, .. arguments]
            : [path, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    /// <summary>Sends a line and waits for the answer's.</summary>
    public string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() ?? throw new IOException($"{_process.StartInfo.FileName} has ended.");
    }

    /// <summary>Reads what it prints and forgets it, so that it never waits for a reader.</summary>
    public void DiscardOutput() => _process.BeginOutputReadLine();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
