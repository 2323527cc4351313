using System.Net;
using System.Net.Sockets;
using Agent.Export;
using Agent.Export.Pipeline;
using Agent.Tests.Export.Spool;

namespace Agent.Tests.Export.Pipeline;

/// <summary>Each case goes through both ways to send: HTTP/protobuf uses the synchronous one, gRPC the other.</summary>
public sealed class DeliveryHandlerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_Delivered_LeavesNothingBehind(bool asynchronous)
    {
        using var bench = new DeliveryBench(withSpool: true);

        (await SendAsync(bench.Client(), asynchronous)).ShouldBe(HttpStatusCode.OK);

        bench.Attempts.ShouldBe(1);
        bench.Reached.ShouldBe(1);
        bench.SpoolBench.Payloads.ShouldBeEmpty();
        bench.Status.Last.ShouldBe(ExportOutcome.Delivered);
        bench.Log.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_DuringTheFirstAttempt_TheSpoolHasItAlready()
    {
        using var bench = new DeliveryBench(withSpool: true);
        int during = -1;
        bench.Answer = (_, _) =>
        {
            during = bench.SpoolBench.Payloads.Length;
            return DeliveryBench.Says(200);
        };

        await SendAsync(bench.Client(), asynchronous: true);

        during.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_NotDelivered_IsKeptAndASuccessToTheSdk(bool asynchronous)
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = (_, _) => throw new HttpRequestException("no", new SocketException((int)SocketError.ConnectionRefused));
        using HttpClient client = bench.Client();
        using HttpRequestMessage request = SpoolBench.Request(6);

        using HttpResponseMessage response = asynchronous ? await client.SendAsync(request) : client.Send(request);
        await SendAsync(client, asynchronous);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("grpc-status").ShouldBe(["0"]);
        SpoolBench.Drain(bench.Spool!).ShouldBe([6, 3]);
        bench.Status.Last.ShouldBe(ExportOutcome.Kept);
        bench.Tallies.Rejected["connection_error"].ShouldBe(0);
        bench.Log.All.ShouldHaveSingleItem().ShouldBe(
            "Warning: Export to http://c:1/v1/metrics fails: connection refused; nothing listens there. "
            + $"Samples are kept in {bench.SpoolBench.Settings.Path} until it succeeds; logged once until then.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_NotDeliveredWithoutASpool_IsLostAndCounted(bool asynchronous)
    {
        using var bench = new DeliveryBench();
        bench.Answer = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException((int)SocketError.ConnectionRefused));

        (await SendAsync(bench.Client(), asynchronous)).ShouldBe(HttpStatusCode.ServiceUnavailable);

        bench.Tallies.Rejected["connection_error"].ShouldBe(3);
        bench.Status.Last.ShouldBe(ExportOutcome.Lost);
        bench.Log.All.ShouldHaveSingleItem().ShouldContain("Samples are lost until it succeeds; logged once until then.");
    }

    [Fact]
    public async Task Send_Refused_IsDroppedOnceAndCountedAndLogged()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("bad key hunter2") });
        using HttpClient client = bench.Client();

        (await SendAsync(client, asynchronous: true)).ShouldBe(HttpStatusCode.Unauthorized);
        await SendAsync(client, asynchronous: true);

        bench.Attempts.ShouldBe(2);
        bench.SpoolBench.Payloads.ShouldBeEmpty();
        bench.Tallies.Rejected["401"].ShouldBe(6);
        string line = bench.Log.All.ShouldHaveSingleItem();
        line.ShouldContain("it answered 401 Unauthorized: bad key (not shown). OTLP takes that for final: its 3 data point(s) are dropped");
        line.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Send_FailuresThenSuccess_LogsTheFirstAndTheRecovery()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Settings.Retry.MaxRetries = 0;
        bench.Answer = (_, _) => DeliveryBench.Says(503);
        using HttpClient client = bench.Client();
        await SendAsync(client, asynchronous: true);
        await SendAsync(client, asynchronous: true);
        bench.Answer = (_, _) => DeliveryBench.Says(200);
        await SendAsync(client, asynchronous: true);
        await SendAsync(client, asynchronous: true);

        bench.Log.All.Length.ShouldBe(2);
        bench.Log.All[1].ShouldBe("Information: Export to http://c:1/v1/metrics succeeds again after 2 failure(s).");
    }

    [Fact]
    public async Task Send_TheCollectorAskedToWait_IsKeptWithoutAnAttempt()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = (_, _) => DeliveryBench.Says(429, 60);
        using HttpClient client = bench.Client();

        await SendAsync(client, asynchronous: true);
        await SendAsync(client, asynchronous: true);

        bench.Attempts.ShouldBe(1);
        bench.Spool!.Items.ShouldBe(2);
    }

    [Fact]
    public async Task Send_TheAgentStops_GoesToTheSpoolAtOnce()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = async (_, cancellation) =>
        {
            bench.Hurry();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException();
        };

        (await SendAsync(bench.Client(), asynchronous: true)).ShouldBe(HttpStatusCode.OK);

        bench.Spool!.Items.ShouldBe(1);
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, bool asynchronous)
    {
        using HttpRequestMessage request = SpoolBench.Request(3);
        using HttpResponseMessage response = asynchronous ? await client.SendAsync(request) : client.Send(request);
        return response.StatusCode;
    }
}
