using Agent.Export.Transport;
using Agent.Tests.Support;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

public sealed class HeadersFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();
    private readonly HeadersFile _file;

    public HeadersFileTests() => _file = new HeadersFile(_folder.File("headers"), OtlpExportProtocol.HttpProtobuf, _log.Logger<HeadersFileTests>());

    [Fact]
    public void ApplyTo_TheFileChanges_SendsWhatItSaysNow()
    {
        _folder.Write("headers", "authorization: Bearer one");
        Authorization().ShouldBe("Bearer one");
        _folder.Write("headers", "authorization: Bearer two");
        Authorization().ShouldBe("Bearer two");
    }

    /// <summary>As Kubernetes changes a Secret: a link to a link, of which only the inner one changes.</summary>
    [Fact]
    public void ApplyTo_AnInnerLinkChanges_SendsWhatItSaysNow()
    {
        foreach (string version in new[] { "v1", "v2" })
        {
            Directory.CreateDirectory(_folder.File(version));
            _folder.Write($"{version}/headers", $"authorization: Bearer {version}");
        }

        File.CreateSymbolicLink(_folder.File("..data"), "v1");
        File.CreateSymbolicLink(_folder.File("headers"), "..data/headers");
        Authorization().ShouldBe("Bearer v1");

        File.Delete(_folder.File("..data"));
        File.CreateSymbolicLink(_folder.File("..data"), "v2");
        Authorization().ShouldBe("Bearer v2");
    }

    [Fact]
    public void ApplyTo_ANamedPipe_IsAFaultThatSaysSo()
    {
        NamedPipe.Create(_folder.File("headers"));

        Should.Throw<HeadersFileException>(Authorization).Message.ShouldContain("is a named pipe (FIFO), not a regular file");
    }

    [Fact]
    public void ApplyTo_AHeaderThatIsThere_ReplacesIt()
    {
        _folder.Write("headers", "Authorization: Bearer new");
        using var request = new HttpRequestMessage();
        request.Headers.Add("authorization", "Bearer old");

        _file.ApplyTo(request);

        request.Headers.GetValues("authorization").ShouldBe(["Bearer new"]);
    }

    [Fact]
    public void ApplyTo_NeverReadable_Throws()
    {
        using var request = new HttpRequestMessage();

        Should.Throw<HeadersFileException>(() => _file.ApplyTo(request)).Message.ShouldContain("cannot be read");
    }

    [Fact]
    public void ApplyTo_TornLater_GoesOnWithTheLastAndSaysSoOnce()
    {
        _folder.Write("headers", "authorization: Bearer one");
        Authorization();
        _folder.Write("headers", "");
        Authorization().ShouldBe("Bearer one");
        Authorization().ShouldBe("Bearer one");
        File.Delete(_folder.File("headers"));
        Authorization().ShouldBe("Bearer one");

        _log.All.ShouldHaveSingleItem().ShouldContain("holds no header");
        _log.All[0].ShouldNotContain("Bearer one");
        _folder.Write("headers", "authorization: Bearer two");
        Authorization().ShouldBe("Bearer two");
    }

    [Fact]
    public void ApplyTo_AHugeFile_IsRefused()
    {
        _folder.Write("headers", new string('a', 1 << 17));
        using var request = new HttpRequestMessage();

        Should.Throw<HeadersFileException>(() => _file.ApplyTo(request)).Message.ShouldContain("is larger than 65536 bytes");
    }

    /// <summary>Nothing was sent, and nothing was said, for as long as the disk did not answer.</summary>
    [Fact]
    public void ApplyTo_TheDiskHangs_IsAFaultAfterAWhileAndAtOnceFromThenOn()
    {
        using var hung = new HungFileSystem();
        using var file = new HeadersFile(Path.Combine(hung.Path, "headers"), OtlpExportProtocol.HttpProtobuf, _log.Logger<HeadersFileTests>(), TimeSpan.FromSeconds(0.2));
        using var request = new HttpRequestMessage();

        for (int time = 0; time < 100; time++)
        {
            Should.Throw<HeadersFileException>(() => file.ApplyTo(request)).Message.ShouldEndWith("cannot be read: it did not answer within 0.2 s");
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    private string Authorization()
    {
        using var request = new HttpRequestMessage();
        _file.ApplyTo(request);
        return request.Headers.GetValues("authorization").Single();
    }
}
