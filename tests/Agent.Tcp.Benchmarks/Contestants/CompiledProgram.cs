using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A C program of the folder <c>c</c>, compiled for the run.</summary>
internal sealed class CompiledProgram : IDisposable
{
    private readonly string _folder;

    /// <summary>Compiles <c>c/NAME.c</c>.</summary>
    public CompiledProgram(string compiler, string name)
    {
        _folder = Directory.CreateTempSubdirectory(name).FullName;
        File = Path.Join(_folder, name);
        _ = Command.Run([compiler, "-O2", "-o", File, Path.Join(AppContext.BaseDirectory, "c", $"{name}.c")]);
    }

    /// <summary>Where the C compiler is; null when none is installed.</summary>
    public static string? Compiler => Command.Find("gcc") ?? Command.Find("cc");

    public string File { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
