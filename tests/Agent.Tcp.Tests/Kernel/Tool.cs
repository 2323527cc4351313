using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Programs of the system that tests ask.</summary>
internal static class Tool
{
    /// <summary>Skips the test when a program is missing, naming the Debian package that has it.</summary>
    public static void SkipUnlessInstalled(string program, string package)
    {
        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin").Split(':');
        Assert.SkipUnless(
            directories.Any(directory => File.Exists(Path.Combine(directory, program))),
            $"Needs {program} (Debian package {package}).");
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }

    /// <summary>Starts a program and leaves it running.</summary>
    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new Win32Exception($"{program} did not start.");
}
