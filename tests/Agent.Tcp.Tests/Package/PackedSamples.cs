using System.Diagnostics;
using Agent.Tcp.Tests.Support;
using Xunit;

namespace Agent.Tcp.Tests.Package;

/// <summary>
/// The package, made from this checkout as a maintainer's clone would make it, and the programs of tests/samples, built
/// from it in a folder of their own.
/// </summary>
public sealed class PackedSamples : IAsyncLifetime
{
    public const string RepositoryUrl = "https://github.com/example/tcp-agent";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("agent-package-").FullName;

    /// <summary>Where the .nupkg and the .snupkg are.</summary>
    public string Packages => Path.Combine(_folder, "packages");

    /// <summary>The commit that the package was made from.</summary>
    public string Commit { get; private set; } = "";

    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The program of a sample.</summary>
    public string Program(string sample) => Path.Combine(_folder, "samples", sample, "bin", "Debug", "net10.0", $"{sample}.dll");

    public async ValueTask InitializeAsync()
    {
        string clone = Path.Combine(_folder, "clone");
        foreach (string file in (await RunAsync(Repository.Root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => !file.Contains('/', StringComparison.Ordinal) || (file.StartsWith("src/", StringComparison.Ordinal) && !file.StartsWith("src/Agent/", StringComparison.Ordinal)))
            .Where(file => File.Exists(Path.Combine(Repository.Root, file))))
        {
            Copy(Path.Combine(Repository.Root, file), Path.Combine(clone, file));
        }

        await RunAsync(clone, "git", "init", "--quiet");
        await RunAsync(clone, "git", "remote", "add", "origin", $"{RepositoryUrl}.git");
        await RunAsync(clone, "git", "add", ".");
        await RunAsync(clone, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "All");
        Commit = (await RunAsync(clone, "git", "rev-parse", "HEAD")).Trim();
        await RunAsync(
            clone, Dotnet, "pack", "src/Agent.Tcp", "--configuration", "Release", "--output", Packages,
            "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false");

        string samples = Path.Combine(Repository.Root, "tests", "samples");
        foreach (string file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)))
        {
            Copy(file, Path.Combine(_folder, "samples", Path.GetRelativePath(samples, file)));
        }

        // A folder of its own for what is restored: another package of this version may have been there before.
        string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(restored);
        await RunAsync(
            Path.Combine(_folder, "samples"), Dotnet, "build", "Samples.slnx", $"-p:RestoreAdditionalProjectSources={Packages}",
            $"-p:RestorePackagesPath={Path.Combine(_folder, "restored")}", $"-p:RestoreFallbackFolders={restored}");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts a sample with the variables given, and none of the tests' own that the SDK would read.</summary>
    public Process Start(string sample, IEnumerable<(string Name, string Value)> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Dotnet, [Program(sample), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a sample to its end.</summary>
    public async Task<(int Exit, string Output, string Errors)> RunSampleAsync(
        string sample, IEnumerable<(string Name, string Value)> variables, params string[] arguments)
    {
        using Process process = Start(sample, variables, arguments);
        return await EndAsync(process);
    }

    /// <summary>Waits for the end of a process, with all that it prints.</summary>
    public static async Task<(int Exit, string Output, string Errors)> EndAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
            string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        (int exit, string output, string errors) = await EndAsync(process);
        return exit == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {exit}. {output} {errors}");
    }
}
