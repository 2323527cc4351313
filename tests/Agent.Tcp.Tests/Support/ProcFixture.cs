using System.Text;

namespace Agent.Tcp.Tests.Support;

/// <summary>A proc root in a directory of its own, gone when disposed.</summary>
internal sealed class ProcFixture : IDisposable
{
    public ProcFixture() => Root = Directory.CreateTempSubdirectory("agent-tcp-tests-").FullName;

    public string Root { get; }

    public string Tcp => Table("1", "tcp");

    public string Tcp6 => Table("1", "tcp6");

    public string Table(string process, string file) => Path.Combine(Root, process, "net", file);

    /// <summary>Writes in place, so that the file keeps its inode as a namespace's table does.</summary>
    public ProcFixture Write(string process, string file, string text) =>
        Write(process, file, Encoding.Latin1.GetBytes(text));

    public ProcFixture Write(string process, string file, byte[] bytes)
    {
        string path = Table(process, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return this;
    }

    /// <summary>The host's tables: so many sockets in ESTABLISHED of each family.</summary>
    public ProcFixture WriteHost(int inet, int inet6) => this
        .Write("1", "tcp", ProcRows.Header4 + "\n" + ProcRows.Rows(inet, 0x01))
        .Write("1", "tcp6", ProcRows.Header6 + "\n" + ProcRows.Rows(inet6, 0x01, ProcRows.Loopback6));

    /// <summary>This process lives in the host's namespace: its tables are the same files.</summary>
    public ProcFixture LinkSelfToHost()
    {
        Directory.CreateSymbolicLink(Path.Combine(Root, "self"), "1");
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
