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

    public override string ToString() => path;
}
