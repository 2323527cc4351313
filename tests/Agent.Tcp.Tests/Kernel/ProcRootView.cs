using System.Globalization;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A proc root made of links to processes of the real one, so that any process (or a test's namespace) can stand as
/// PID 1 or as <c>self</c>, with the kernel's own tables behind it.
/// </summary>
internal sealed class ProcRootView : IDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("agent-proc-");

    public string Path => _directory.FullName;

    /// <summary>Lets the process directory <paramref name="target"/> stand under <paramref name="name"/>.</summary>
    public void Link(string name, string target)
    {
        string link = System.IO.Path.Combine(Path, name);
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }

    public void Link(string name, int process) =>
        Link(name, $"/proc/{process.ToString(CultureInfo.InvariantCulture)}");

    public void Dispose() => _directory.Delete(recursive: true);
}
