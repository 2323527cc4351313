using System.Net;
using System.Net.Sockets;
using System.Text;
using Agent.Export;
using Agent.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Export;

/// <summary>Each case goes through both ways to send: HTTP/protobuf uses the synchronous one, gRPC the other.</summary>
public sealed class CollectorLogHandlerTests : IDisposable
{
    private static readonly Uri Endpoint = new("http://collector:4318/v1/metrics");

    private readonly LogLines _log = new();
    private readonly Transport _transport = new();
    private readonly HttpClient _client;

    public CollectorLogHandlerTests() => _client = new HttpClient(
        new CollectorLogHandler(Endpoint, new ExportStatus(), _log.Logger<CollectorLogHandler>()) { InnerHandler = _transport });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_FailuresThenSuccess_LogsTheFirstAndTheRecovery(bool asynchronous)
    {
        _transport.Answer = () => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
        {
            Content = new StringContent("overloaded\nsecond line", Encoding.UTF8, "text/plain"),
        };
        await SendAsync(asynchronous);
        await SendAsync(asynchronous);
        _transport.Answer = () => new HttpResponseMessage(HttpStatusCode.OK);
        await SendAsync(asynchronous);
        await SendAsync(asynchronous);

        _log.All.ShouldBe(
        [
            $"Warning: Export to {Endpoint} fails: it answered 503 Service Unavailable: overloaded. "
                + "Samples are lost until it succeeds; logged once until then.",
            $"Information: Export to {Endpoint} succeeds again after 2 failure(s).",
        ]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_TransportThrows_LogsWhyAndThrows(bool asynchronous)
    {
        _transport.Answer = () => throw new HttpRequestException("no", new SocketException((int)SocketError.ConnectionRefused));

        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(asynchronous));

        _log.All.ShouldHaveSingleItem().ShouldContain("fails: connection refused; nothing listens there.");
    }

    [Theory]
    [InlineData(true, "text/html", "it answered 404 Not Found: <html>.")]
    [InlineData(false, "application/x-protobuf", "it answered 404 Not Found.")]
    public async Task Send_AnAnswerWithABody_IsQuotedWhereItIsText(bool asynchronous, string type, string expected)
    {
        _transport.Answer = () => new HttpResponseMessage(HttpStatusCode.NotFound)
        {
            Content = new StringContent("<html>", Encoding.UTF8, type),
        };

        await SendAsync(asynchronous);

        _log.All.ShouldHaveSingleItem().ShouldContain(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_AGrpcStatusInHeadersOrTrailers_IsAFailure(bool inTrailers)
    {
        _transport.Answer = () =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK);
            var where = inTrailers ? response.TrailingHeaders : response.Headers;
            where.Add("grpc-status", "14");
            where.Add("grpc-message", "try%20later");
            return response;
        };

        await SendAsync(asynchronous: true);

        _log.All.ShouldHaveSingleItem().ShouldContain("it answered gRPC status 14: try later.");
    }

    [Fact]
    public async Task Send_GrpcStatus0_IsASuccess()
    {
        _transport.Answer = () =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK);
            response.TrailingHeaders.Add("grpc-status", "0");
            return response;
        };

        await SendAsync(asynchronous: true);

        _log.All.ShouldBeEmpty();
    }

    public void Dispose()
    {
        _client.Dispose();
        _transport.Dispose();
    }

    private async Task SendAsync(bool asynchronous)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint);
        using HttpResponseMessage response = asynchronous ? await _client.SendAsync(request) : _client.Send(request);
    }

    private sealed class Transport : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Answer { get; set; } = () => new HttpResponseMessage();

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Answer());
    }
}
