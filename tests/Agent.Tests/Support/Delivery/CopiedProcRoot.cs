namespace Agent.Tests.Support.Delivery;

/// <summary>A proc root of one test's own, so that whoever opens its files is that test's agent.</summary>
internal sealed class CopiedProcRoot : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CopiedProcRoot()
    {
        foreach (string table in (string[])["tcp", "tcp6"])
        {
            _folder.Write($"1/net/{table}", File.ReadAllText(System.IO.Path.Combine(FixtureProcRoot.Path, "1", "net", table)));
        }
    }

    public string Path => _folder.Path;

    /// <summary>The file that each collection opens once.</summary>
    public string Table => _folder.File("1/net/tcp");

    public void Dispose() => _folder.Dispose();
}
