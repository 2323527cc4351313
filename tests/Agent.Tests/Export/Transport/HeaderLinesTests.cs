using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

public sealed class HeaderLinesTests
{
    [Fact]
    public void Parse_Lines_ReadsNamesAndValues() => HeaderLines.Parse(
        "# the token\n\nauthorization: Bearer a:b=c\r\n x-tenant :ops \nx-empty:\n", "/f", OtlpExportProtocol.HttpProtobuf).ShouldBe(
        [("authorization", "Bearer a:b=c"), ("x-tenant", "ops"), ("x-empty", "")]);

    [Theory]
    [InlineData("authorization: ok\nhunter2", "line 2 is no request header")]
    [InlineData("bad name: hunter2", "line 1 is no request header")]
    [InlineData(": hunter2", "line 1 is no request header")]
    [InlineData("content-type: hunter2", "line 1 is no request header")]
    [InlineData("host: hunter2", "line 1 is no request header")]
    [InlineData("x: hunter2\u0001", "line 1 is no request header")]
    [InlineData("x-city: hunter2\u00fc", "line 1 is no request header: the value of x-city has a character outside ASCII")]
    [InlineData("transfer-encoding: hunter2", "line 1 is no request header: the header transfer-encoding is set by the exporter itself")]
    [InlineData("", "holds no header")]
    [InlineData("# only this", "holds no header")]
    public void Parse_AMistake_NamesFileAndLineAndShowsNothing(string text, string expected)
    {
        string message = Should.Throw<HeadersFileException>(() => HeaderLines.Parse(
            text, "/etc/agent/headers", OtlpExportProtocol.HttpProtobuf)).Message;

        message.ShouldContain("Export:HeadersFile /etc/agent/headers");
        message.ShouldContain(expected);
        message.ShouldContain("authorization: Bearer TOKEN");
        message.ShouldNotContain("hunter2");
    }
}
