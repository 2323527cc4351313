using System.Text;
using Agent.Health;

namespace Agent.Tests.Health;

public sealed class HealthRequestTests
{
    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\n\r\n", "/healthz", false, true)]
    [InlineData("GET /healthz HTTP/1.0\r\n\r\n", "/healthz", false, true)]
    [InlineData("GET /readyz?verbose=1 HTTP/1.1\r\nHost: a\r\n\r\n", "/readyz", false, true)]
    [InlineData("HEAD /readyz HTTP/1.1\r\n\r\n", "/readyz", true, true)]
    [InlineData("POST /healthz HTTP/1.1\r\n\r\n", "/healthz", false, false)]
    [InlineData("get /healthz HTTP/1.1\r\n\r\n", "/healthz", false, false)]
    [InlineData("GET ? HTTP/1.1\r\n\r\n", "/", false, true)]
    public void Parse_ARequest_IsWhatItAsks(string head, string path, bool isHead, bool isAllowed) =>
        HealthRequest.Parse(Encoding.ASCII.GetBytes(head)).ShouldBe(new HealthRequest(path, isHead, isAllowed));

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET /healthz HTTP/1.1")]
    [InlineData("GET /healthz\r\n\r\n")]
    [InlineData("GET  HTTP/2\r\n\r\n")]
    [InlineData(" /healthz HTTP/1.1\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\r\n")]
    public void Parse_NoRequest_HasNoPath(string head) =>
        HealthRequest.Parse(Encoding.ASCII.GetBytes(head)).Path.ShouldBeNull();

    [Fact]
    public void Parse_AnyBytes_NeverThrows()
    {
        var random = new Random(7);
        byte[] alphabet = Encoding.ASCII.GetBytes("GETHAD /healthz?HTTP/1.1\r\n ");
        for (int round = 0; round < 20_000; round++)
        {
            byte[] head = [.. Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)])];
            HealthRequest request = HealthRequest.Parse(head);
            (request.Path is null or { Length: > 0 }).ShouldBeTrue();
        }
    }
}
