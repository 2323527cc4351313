using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Agent.Tests.Support;

/// <summary>A process of a test's own: its output is kept, and it is ended with the test.</summary>
internal sealed partial class TestProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigkill = 9;
    private const int Sigint = 2;

    private readonly Process _process;
    private readonly Task _outputRead;
    private readonly Task _errorRead;

    private TestProcess(Process process)
    {
        _process = process;
        _outputRead = Read(process.StandardOutput, Output);
        _errorRead = Read(process.StandardError, Error);
    }

    public Lines Output { get; } = new("standard output");

    public Lines Error { get; } = new("standard error");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program with exactly the given environment, and standard input closed after <paramref name="input"/>.</summary>
    public static TestProcess Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string input = "")
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var started = new TestProcess(process);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return started;
    }

    public void Terminate() => Signal(Sigterm);

    /// <summary>SIGKILL: the process gets no chance to tidy up.</summary>
    public void Kill() => Signal(Sigkill);

    public void Interrupt() => Signal(Sigint);

    /// <summary>Waits for its end, and until all its output has been read.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Generous);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"The process goes on.\n{Output.Text}\n{Error.Text}", exception);
        }

        await Task.WhenAll(_outputRead, _errorRead);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, which it must do in good order.</summary>
    public async Task StopAsync()
    {
        Terminate();
        (await WaitForExitAsync()).ShouldBe(0, Error.Text);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandResult> WaitForResultAsync() => new(await WaitForExitAsync(), Output.All, Error.All);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task Read(StreamReader reader, Lines lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }
    }

    private void Signal(int signal)
    {
        if (kill(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"kill: {Marshal.GetLastPInvokeErrorMessage()}"));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
