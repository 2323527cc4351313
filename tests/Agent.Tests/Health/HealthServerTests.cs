using System.Net.Sockets;
using Agent.Tests.Support;

namespace Agent.Tests.Health;

public sealed class HealthServerTests
{
    [Fact]
    public async Task Get_KnownPaths_AreAnswered()
    {
        await using RunningHealthServer server = await RunningHealthServer.StartAsync();
        (await HealthClient.GetAsync(server.Port, "/readyz")).ShouldStartWith("HTTP/1.1 503 Service Unavailable\r\n");
        server.Beat.Beat();

        string answer = await HealthClient.GetAsync(server.Port, "/readyz");
        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        answer.ShouldContain("\r\nConnection: close\r\n");
        answer.ShouldContain("\r\n\r\nready; collected ");
        (await HealthClient.GetAsync(server.Port, "/healthz")).ShouldContain("\r\n\r\ncollected ");
    }

    [Fact]
    public async Task Get_ByDotNetsOwnClient_IsReadWhole()
    {
        await using RunningHealthServer server = await RunningHealthServer.StartAsync();
        server.Beat.Beat();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        using HttpResponseMessage answer = await client.GetAsync($"http://127.0.0.1:{server.Port}/healthz");

        answer.IsSuccessStatusCode.ShouldBeTrue();
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("collected ");
        answer.Content.Headers.ContentLength.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.1\r\n\r\n", "404 Not Found")]
    [InlineData("POST /healthz HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", "405 Method Not Allowed\r\nAllow: GET, HEAD")]
    [InlineData("hello\r\n\r\n", "400 Bad Request")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400 Bad Request")]
    public async Task Ask_SomethingElse_IsRefused(string request, string status)
    {
        await using RunningHealthServer server = await RunningHealthServer.StartAsync();

        (await HealthClient.AskAsync(server.Port, request)).ShouldStartWith($"HTTP/1.1 {status}\r\n");
    }

    [Fact]
    public async Task Head_HasNoBody()
    {
        await using RunningHealthServer server = await RunningHealthServer.StartAsync();
        server.Beat.Beat();

        string answer = await HealthClient.AskAsync(server.Port, "HEAD /healthz HTTP/1.1\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        answer.ShouldEndWith("\r\n\r\n");
    }

    [Fact]
    public async Task Ask_EndlessHeader_IsRefusedAfterAFewKilobytes()
    {
        await using RunningHealthServer server = await RunningHealthServer.StartAsync();

        string answer = await HealthClient.AskAsync(server.Port, "GET /healthz HTTP/1.1\r\nX: " + new string('x', 20_000));

        answer.ShouldStartWith("HTTP/1.1 431 ");
    }

    [Fact]
    public async Task Ask_BesideSilentClients_IsAnsweredOnceTheyAreCutOff()
    {
        var time = new ManualTime();
        await using RunningHealthServer server = await RunningHealthServer.StartAsync(time);
        server.Beat.Beat();
        Socket[] silent = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => HealthClient.ConnectAsync(server.Port)));
        Task<string> asked = HealthClient.GetAsync(server.Port, "/healthz");
        await Task.Delay(100);
        asked.IsCompleted.ShouldBeFalse("all places are taken");

        // Again and again: each client's time begins when it is accepted.
        await Deadline.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return asked.IsCompleted;
        });

        (await asked).ShouldStartWith("HTTP/1.1 200 OK\r\n");
        foreach (Socket client in silent)
        {
            (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Ask_ClientsThatLeaveAtOnce_DoNotStopTheServer()
    {
        await using RunningHealthServer server = await RunningHealthServer.StartAsync();
        server.Beat.Beat();
        for (int round = 0; round < 200; round++)
        {
            using Socket client = await HealthClient.ConnectAsync(server.Port);

            // A reset in place of a close, on every second one.
            client.LingerState = new LingerOption(round % 2 == 0, 0);
            await client.SendAsync("GET /hea"u8.ToArray());
        }

        (await HealthClient.GetAsync(server.Port, "/healthz")).ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }
}
