using System.Text;

namespace Agent.Tcp.Namespaces;

/// <summary>A path, as text for people and, encoded once, as the bytes that system calls take.</summary>
internal sealed class ProcPath(string path)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>UTF-8, with the closing NUL byte.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public static ProcPath OfNet(string procRoot, string process, string file) =>
        new($"{procRoot.TrimEnd('/')}/{process}/net/{file}");

    /// <summary>The link to a process's network namespace. To follow it takes the right to trace the process (ptrace).</summary>
    public static ProcPath OfNetns(string procRoot, string process) => new($"{procRoot.TrimEnd('/')}/{process}/ns/net");

    public override string ToString() => path;
}
