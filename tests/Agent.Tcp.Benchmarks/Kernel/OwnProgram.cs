using System.Diagnostics;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>Starts this program again, whether it runs by its own executable or by <c>dotnet X.dll</c>.</summary>
internal static class OwnProgram
{
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        string executable = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        var start = new ProcessStartInfo(executable);
        if (string.Equals(Path.GetFileNameWithoutExtension(executable), "dotnet", StringComparison.Ordinal))
        {
            start.ArgumentList.Add(typeof(OwnProgram).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
