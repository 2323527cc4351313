using System.Diagnostics;

namespace Agent.Tests.Support;

/// <summary>Runs a command of the system to its end.</summary>
internal static class Shell
{
    public static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{command} {string.Join(' ', arguments)}: {error}");
    }
}
