using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Support.Delivery;

/// <summary>
/// Payloads that a receiver refuses each time they come, while it takes others: with an answer that asks to try again, with one
/// that asks to wait first, or with one that comes after the attempt has timed out. Thread-safe.
/// </summary>
internal sealed class RefusedPayloads
{
    private static readonly OtlpAnswer[] Refusals =
    [
        new() { HttpStatus = 503, GrpcStatus = StatusCode.Unavailable, Message = "not this one" },
        OtlpAnswer.AskToWait(1),
        new() { HttpStatus = 503, GrpcStatus = StatusCode.Unavailable, After = TimeSpan.FromSeconds(0.5) },
    ];

    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _seen = [];
    private readonly Dictionary<ulong, OtlpAnswer> _refusals = [];
    private int _wanted;

    /// <summary>When each was collected.</summary>
    public IReadOnlyCollection<ulong> All => Locked(() => (ulong[])[.. _refusals.Keys]);

    /// <summary>The data points in them.</summary>
    public long DataPoints { get; private set; }

    /// <summary>The next payload that comes for the first time is refused from then on.</summary>
    public void MarkNext() => Locked(() => _wanted++);

    /// <summary>The answer to a payload that is refused; null for any other.</summary>
    public OtlpAnswer? AnswerTo(ReceivedExport export) => !export.IsFilled ? null : Locked(() =>
    {
        ulong collectedAt = export.CollectedAt;
        if (_seen.Add(collectedAt) && _wanted > 0)
        {
            _wanted--;
            DataPoints += export.PointCount;
            _refusals[collectedAt] = Refusals[_refusals.Count % Refusals.Length];
        }

        return _refusals.GetValueOrDefault(collectedAt);
    });

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
