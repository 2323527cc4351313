using System.Globalization;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Support.Delivery;

/// <summary>Draws faults and how long they last; the same for the same seed. Only faults that OTLP lets an exporter repeat.</summary>
#pragma warning disable CA5394 // To be repeatable, not secret.
internal sealed class FaultSchedule(int seed)
{
    private const int ShortestMilliseconds = 200;
    private const int LongestMilliseconds = 1500;

    /// <summary>Longer than anything the agent waits for, and than a kept payload may be old.</summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromDays(3650);

    private static readonly ScheduledFault Healthy = new("none", LinkFault.None, OtlpAnswer.Success, CanDuplicate: false);

    private static readonly ScheduledFault[] Faults =
    [
        new("connection refused", LinkFault.Refuse, OtlpAnswer.Success, CanDuplicate: true),
        new("connection hangs", LinkFault.Hang, OtlpAnswer.Success, CanDuplicate: true),
        new("disk full", LinkFault.None, new OtlpAnswer { HttpStatus = 503, GrpcStatus = StatusCode.Unavailable }, CanDuplicate: false) { FillsDisk = true },
        Answer("clock back", 503, StatusCode.Unavailable) with { ClockOffset = -ClockStep },
        Answer("clock forward", 503, StatusCode.Unavailable) with { ClockOffset = ClockStep },
        Healthy with { Name = "payload always refused", RefusesOne = true },
        new("request cut", new LinkFault { CutAfterRequestBytes = 2000 }, OtlpAnswer.Success, CanDuplicate: true),
        new("answer's head cut", new LinkFault { CutAfterAnswerBytes = 12 }, OtlpAnswer.Success, CanDuplicate: true),
        new("answer's body cut", LinkFault.None, new OtlpAnswer { IsCutShort = true }, CanDuplicate: true),
        new("slow connection", new LinkFault { BytesPerSecond = 5000 }, OtlpAnswer.Success, CanDuplicate: true),
        new("slow answer", LinkFault.None, new OtlpAnswer { After = TimeSpan.FromSeconds(0.2) }, CanDuplicate: true),
        Answer("429/10", 429, StatusCode.Aborted),
        Answer("502/1", 502, StatusCode.Cancelled),
        Answer("503/14", 503, StatusCode.Unavailable),
        Answer("504/4", 504, StatusCode.DeadlineExceeded),
        new("429/8 with a wait", LinkFault.None, OtlpAnswer.AskToWait(1), CanDuplicate: false),
    ];

    private readonly Random _random = new(seed);
    private readonly Queue<ScheduledFault> _deck = new();

    /// <summary>What is next, and for how long. Every kind comes once before one comes again, with a pause after each.</summary>
    public (ScheduledFault Fault, TimeSpan Length) Next()
    {
        if (_deck.Count == 0)
        {
            ScheduledFault[] shuffled = [.. Faults];
            _random.Shuffle(shuffled);
            foreach (ScheduledFault fault in shuffled)
            {
                _deck.Enqueue(fault);
                _deck.Enqueue(Healthy);
            }
        }

        return (_deck.Dequeue(), TimeSpan.FromMilliseconds(_random.Next(ShortestMilliseconds, LongestMilliseconds)));
    }

    private static ScheduledFault Answer(string name, int http, StatusCode grpc) => new(
        name,
        LinkFault.None,
        new OtlpAnswer { HttpStatus = http, GrpcStatus = grpc, Message = string.Create(CultureInfo.InvariantCulture, $"for now: {http}") },
        CanDuplicate: false);
}
#pragma warning restore CA5394
