using System.Net;
using System.Net.Sockets;
using Agent.Export.Telemetry;
using Agent.Tests.Export.Spool;
using Agent.Tests.Support;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;

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

        (await DeliveryBench.SendAsync(bench.Client(), asynchronous: asynchronous)).ShouldBe(HttpStatusCode.OK);

        bench.Attempts.ShouldBe(1);
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

        await DeliveryBench.SendAsync(bench.Client());

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
        await DeliveryBench.SendAsync(client, asynchronous: asynchronous);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("grpc-status").ShouldBe(["0"]);
        SpoolBench.Drain(bench.Spool!).ShouldBe([6, 3]);
        bench.Status.Last.ShouldBe(ExportOutcome.Kept);
        bench.Tallies.Rejected["connection_error"].ShouldBe(0);
        bench.Log.All.ShouldHaveSingleItem().ShouldBe(
            "Warning: Export to http://c:1/v1/metrics fails: connection refused; nothing listens there. "
            + $"Exports are kept in {bench.SpoolBench.Settings.Path} until one succeeds. Repeats are counted and logged every 10 minutes.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_NotDeliveredWithoutASpool_IsLostAndCounted(bool asynchronous)
    {
        using var bench = new DeliveryBench();
        bench.Answer = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException((int)SocketError.ConnectionRefused));

        (await DeliveryBench.SendAsync(bench.Client(), asynchronous: asynchronous)).ShouldBe(HttpStatusCode.ServiceUnavailable);

        bench.Tallies.Rejected["connection_error"].ShouldBe(3);
        bench.Status.Last.ShouldBe(ExportOutcome.Dropped);
        bench.Log.All.ShouldHaveSingleItem().ShouldContain("Exports are dropped until one succeeds. Repeats are counted and logged every 10 minutes.");
    }

    [Fact]
    public async Task Send_Refused_IsDroppedOnceAndCountedAndLogged()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("bad key hunter2") });
        using HttpClient client = bench.Client();

        (await DeliveryBench.SendAsync(client)).ShouldBe(HttpStatusCode.Unauthorized);
        await DeliveryBench.SendAsync(client);

        bench.Attempts.ShouldBe(2);
        bench.SpoolBench.Payloads.ShouldBeEmpty();
        bench.Tallies.Rejected["401"].ShouldBe(6);
        string line = bench.Log.All.ShouldHaveSingleItem();
        line.ShouldContain("it answered 401 Unauthorized: bad key (not shown). OTLP forbids sending it again: its 3 data point(s) are dropped");
        line.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Send_FailuresThenSuccess_LogsTheFirstAndTheRecovery()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Settings.Retry.MaxRetries = 0;
        bench.Answer = (_, _) => DeliveryBench.Says(503);
        using HttpClient client = bench.Client();
        await DeliveryBench.SendAsync(client);
        await DeliveryBench.SendAsync(client);
        bench.Answer = (_, _) => DeliveryBench.Says(200);
        await DeliveryBench.SendAsync(client);
        await DeliveryBench.SendAsync(client);

        bench.Log.All.Length.ShouldBe(2);
        bench.Log.All[1].ShouldBe("Information: Export to http://c:1/v1/metrics succeeds again after 2 failure(s).");
    }

    [Fact]
    public async Task Send_TheCollectorAskedToWait_IsKeptWithoutAnAttempt()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = (_, _) => DeliveryBench.Says(429, 60);
        using HttpClient client = bench.Client();

        await DeliveryBench.SendAsync(client);
        await DeliveryBench.SendAsync(client);

        bench.Attempts.ShouldBe(1);
        bench.Spool!.Items.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_TheCollectorAskedToWaitAndThereIsNoSpool_IsCountedWithoutAnAttemptUntilItIsOver(bool asynchronous)
    {
        var time = new ManualTime();
        using var bench = new DeliveryBench { Time = time, Answer = (attempt, _) => attempt == 1 ? DeliveryBench.Says(429, 60) : DeliveryBench.Says(200) };
        using HttpClient client = bench.Client();

        await DeliveryBench.SendAsync(client, asynchronous: asynchronous);
        time.Advance(TimeSpan.FromSeconds(59));
        (await DeliveryBench.SendAsync(client, asynchronous: asynchronous)).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (bench.Attempts, bench.Tallies.Rejected["paused"], bench.Tallies.Rejected["429"]).ShouldBe((1, 3, 3));

        time.Advance(TimeSpan.FromSeconds(1));
        (await DeliveryBench.SendAsync(client, asynchronous: asynchronous)).ShouldBe(HttpStatusCode.OK);
        bench.Attempts.ShouldBe(2);
        bench.Log.All.Length.ShouldBe(2);
        bench.Log.All[0].ShouldContain("it answered 429 Too Many Requests. Exports are dropped");
        bench.Log.All[1].ShouldContain("succeeds again after 2 failure(s)");
    }

    [Fact]
    public async Task Send_EachKindOfRefusal_IsLoggedOnceWhateverItsWords()
    {
        int[] statuses = [400, 401, 404];
        using var bench = new DeliveryBench
        {
            Time = new ManualTime(),
            Answer = (attempt, _) => Task.FromResult(
                new HttpResponseMessage((HttpStatusCode)statuses[attempt % 3]) { Content = new StringContent($"request {attempt}") }),
        };
        using HttpClient client = bench.Client();
        for (int export = 0; export < 60; export++)
        {
            await DeliveryBench.SendAsync(client);
        }

        bench.Log.All.Length.ShouldBe(3);
        foreach (int status in statuses)
        {
            bench.Log.All.Count(line => line.Contains($"it answered {status} ", StringComparison.Ordinal)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Send_AFailureGoesOn_IsLoggedEveryTenMinutesWithACount()
    {
        var time = new ManualTime();
        using var bench = new DeliveryBench(withSpool: true) { Time = time, Answer = (_, _) => DeliveryBench.Says(503) };
        bench.Settings.Retry.MaxRetries = 0;
        using HttpClient client = bench.Client();
        for (int minute = 0; minute <= 21; minute++)
        {
            await DeliveryBench.SendAsync(client);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        bench.Log.All.Length.ShouldBe(3);
        bench.Log.All[0].ShouldContain("fails: it answered 503 Service Unavailable. Exports are kept in ");
        bench.Log.All[1].ShouldContain("fails: it answered 503 Service Unavailable (10 times in 10 minutes). Exports are kept in ");
        bench.Log.All[2].ShouldContain("(10 times in 10 minutes)");
    }

    /// <summary>The breaker opens, and exports are no longer tried: that is the same failure.</summary>
    [Fact]
    public async Task Send_HeldBackByTheBreaker_CountsAsTheFailureThatOpenedIt()
    {
        var time = new ManualTime();
        using var bench = new DeliveryBench { Time = time, Answer = (_, _) => DeliveryBench.Says(503) };
        bench.Settings.Retry.MaxRetries = 0;
        bench.Settings.Breaker.MinimumThroughput = 2;
        using HttpClient client = bench.Client();
        for (int export = 0; export < 8; export++)
        {
            await DeliveryBench.SendAsync(client);
        }

        bench.Tallies.Rejected["circuit_open"].ShouldBePositive();
        bench.Log.All.ShouldHaveSingleItem().ShouldContain("it answered 503 Service Unavailable. ");
    }

    /// <summary>Every other export fails: neither the failures nor the recoveries fill the log.</summary>
    [Fact]
    public async Task Send_FailuresThatComeAndGo_AreLoggedAsOftenAsOnesThatStay()
    {
        var time = new ManualTime();
        using var bench = new DeliveryBench { Time = time, Answer = (attempt, _) => DeliveryBench.Says(attempt % 2 == 1 ? 400 : 200) };
        using HttpClient client = bench.Client();
        for (int second = 0; second < 660; second++)
        {
            await DeliveryBench.SendAsync(client);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        bench.Log.All.Length.ShouldBe(4);
        bench.Log.All[1].ShouldContain("succeeds again after 1 failure(s)");
        bench.Log.All[2].ShouldContain("it answered 400 Bad Request (300 times in 10 minutes)");
    }

    [Fact]
    public async Task Send_PartialSuccess_IsLoggedOnceWhateverItsWords()
    {
        using var bench = new DeliveryBench
        {
            Time = new ManualTime(),
            Answer = (attempt, _) => Task.FromResult(Partial(rejected: 7, $"request {attempt}")),
        };
        using HttpClient client = bench.Client();
        for (int export = 0; export < 40; export++)
        {
            await DeliveryBench.SendAsync(client);
        }

        bench.Tallies.Rejected["partial_success"].ShouldBe(280);
        bench.Log.All.ShouldHaveSingleItem().ShouldStartWith(
            "Warning: http://c:1/v1/metrics accepted an export without 7 of its data point(s): request 1.");
    }

    [Fact]
    public async Task Send_PartialSuccessThatRejectsNothing_IsInformation()
    {
        using var bench = new DeliveryBench { Answer = (_, _) => Task.FromResult(Partial(rejected: 0, "use the new endpoint")) };
        using HttpClient client = bench.Client();
        await DeliveryBench.SendAsync(client);
        await DeliveryBench.SendAsync(client);

        bench.Tallies.Rejected["partial_success"].ShouldBe(0);
        bench.Status.IsFailing.ShouldBeFalse();
        bench.Log.All.ShouldHaveSingleItem().ShouldStartWith(
            "Information: http://c:1/v1/metrics accepted an export and warns: use the new endpoint.");
    }

    [Fact]
    public async Task Send_TheAgentStops_GoesToTheSpoolAtOnce()
    {
        using var bench = new DeliveryBench(withSpool: true);
        bench.Answer = (_, cancellation) =>
        {
            bench.Hurry();
            return DeliveryBench.HangAsync(cancellation);
        };

        (await DeliveryBench.SendAsync(bench.Client())).ShouldBe(HttpStatusCode.OK);

        bench.Spool!.Items.ShouldBe(1);
    }

    private static HttpResponseMessage Partial(long rejected, string message)
    {
        var response = new ExportMetricsServiceResponse { PartialSuccess = new() { RejectedDataPoints = rejected, ErrorMessage = message } };
        return new HttpResponseMessage
        {
            Content = new ByteArrayContent(response.ToByteArray()) { Headers = { ContentType = new("application/x-protobuf") } },
        };
    }
}
