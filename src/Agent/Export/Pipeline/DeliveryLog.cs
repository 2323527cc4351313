using Agent.Export.Answers;
using Agent.Export.Telemetry;
using Agent.Export.Transport;

namespace Agent.Export.Pipeline;

/// <summary>
/// Logs when exports begin to fail, why, what becomes of them, and when they succeed again: the
/// SDK logs none of it. Each kind of failure, by its status, is logged once, and then with a count every ten minutes
/// while it comes again: the words of a collector may differ each time. No secret is ever shown.
/// </summary>
internal sealed partial class DeliveryLog(
    OtlpSettings otlp, HeadersFile? headersFile, string spoolPath, ExportStatus status, ILogger<DeliveryLog> logger, TimeProvider time)
{
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(10);

    private readonly string _endpoint = ShownUrl.Of(otlp.Endpoint);
    private readonly RepeatLimit _repeats = new(RepeatInterval, time);

    /// <summary>The last failure of the collector or the way to it; null when an export has succeeded since.</summary>
    private Verdict? _lastFailure;

    private bool _hasSaidFailing;

    public void Accepted(Verdict verdict)
    {
        if (status.Succeed() is > 0 and long failures)
        {
            if (_hasSaidFailing)
            {
                Recovered(_endpoint, failures);
            }

            (_lastFailure, _hasSaidFailing) = (null, false);
        }

        TakenInPart(verdict);
    }

    /// <summary>The collector accepted an export, maybe without some points or with a warning.</summary>
    public void TakenInPart(Verdict verdict)
    {
        string words = verdict.Warning.Length > 0 ? Shown(verdict.Warning) : "it gave no reason";
        if (verdict.RejectedPoints > 0)
        {
            Say(ErrorTypes.PartialSuccess, repeats => PartialSuccess(_endpoint, verdict.RejectedPoints, repeats, words));
        }
        else if (verdict.Warning.Length > 0)
        {
            Say("message", repeats => Message(_endpoint, repeats, words));
        }
    }

    /// <summary>An export was not delivered; the spool kept it, or had no room for it.</summary>
    public void Kept(Verdict verdict, ExportOutcome outcome)
    {
        if (outcome == ExportOutcome.Dropped)
        {
            Lost(verdict);
        }
        else if (IsDue(outcome, verdict, out string reason))
        {
            FailsAndKeeps(_endpoint, reason, outcome == ExportOutcome.Kept ? spoolPath : "memory");
        }
    }

    public void Lost(Verdict verdict)
    {
        if (IsDue(ExportOutcome.Dropped, verdict, out string reason))
        {
            FailsAndLoses(_endpoint, reason);
        }
    }

    public void Refused(Verdict verdict, long points)
    {
        if (IsDue(ExportOutcome.Refused, verdict, out string reason))
        {
            FailsForGood(_endpoint, reason, points);
        }
    }

    /// <summary>Kept exports were refused.</summary>
    public void RefusedLate(long exports, Verdict refusal) =>
        Say($"refused late {refusal.ErrorType}", repeats => RefusedLate(_endpoint, exports, Shown(refusal.Reason) + repeats));

    /// <summary>A kept export failed several times, while others were accepted.</summary>
    public void SteppedBehind(DateTimeOffset created, int failures, Verdict failure) =>
        Say($"behind {failure.ErrorType}", repeats => SteppedBehind(_endpoint, created, failures, Shown(failure.Reason) + repeats));

    /// <summary>Kept exports were dropped, because they kept failing.</summary>
    public void GivenUp(long exports, int failures, Verdict failure) =>
        Say($"given up {failure.ErrorType}", repeats => GivenUp(_endpoint, exports, failures, Shown(failure.Reason) + repeats));

    /// <summary>All that was kept has been delivered.</summary>
    public void DeliveredLate(long exports, DateTimeOffset oldest) =>
        Say("delivered late", repeats => DeliveredLate(_endpoint, exports, oldest, repeats));

    /// <summary>Sending kept exports met an unexpected fault.</summary>
    public void ReplayFailed(Exception exception) =>
        Say($"replay {exception.GetType().Name}", repeats => ReplayFailed(exception, repeats));

    private void Say(string kind, Action<Repeats> log)
    {
        if (_repeats.IsDue(kind, out Repeats repeats))
        {
            log(repeats);
        }
    }

    /// <summary>Whether it is time to log a failure, and its reason for the log.</summary>
    private bool IsDue(ExportOutcome outcome, Verdict verdict, out string reason)
    {
        status.Fail(outcome);

        // An export that the agent itself holds back is one more of the failure that it does so for.
        bool isHeldBack = verdict.ErrorType is ErrorTypes.CircuitOpen or ErrorTypes.Paused;
        Verdict failure = isHeldBack && _lastFailure is not null ? _lastFailure : verdict;
        _lastFailure = failure;
        bool isDue = _repeats.IsDue($"{outcome} {failure.ErrorType}", out Repeats repeats);
        _hasSaidFailing |= isDue;
        reason = isDue ? Shown(failure.Reason) + repeats : "";
        return isDue;
    }

    private string Shown(string text) =>
        OtlpHeaders.Hide(OtlpHeaders.Hide(text, otlp.Headers), headersFile?.Last ?? []).TrimEnd('.');

    [LoggerMessage(EventId = 9, Level = LogLevel.Error,
        Message = "Kept exports could not be sent{Repeats}; they are tried again after the next export. Repeats are counted and logged every 10 minutes.")]
    private partial void ReplayFailed(Exception exception, Repeats repeats);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Exports are dropped until one succeeds. Repeats are counted and logged every 10 minutes.")]
    private partial void FailsAndLoses(string endpoint, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Exports are kept in {Place} until one succeeds. Repeats are counted and logged every 10 minutes.")]
    private partial void FailsAndKeeps(string endpoint, string reason, string place);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. OTLP forbids sending it again: its {Points} data point(s) are dropped. Repeats are counted and logged every 10 minutes.")]
    private partial void FailsForGood(string endpoint, string reason, long points);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information,
        Message = "Export to {Endpoint} succeeds again after {Failures} failure(s).")]
    private partial void Recovered(string endpoint, long failures);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning,
        Message = "{Endpoint} accepted an export without {Points} of its data point(s){Repeats}: {Words}. Repeats are counted and logged every 10 minutes.")]
    private partial void PartialSuccess(string endpoint, long points, Repeats repeats, string words);

    [LoggerMessage(EventId = 26, Level = LogLevel.Information,
        Message = "{Endpoint} accepted an export{Repeats} and warns: {Words}. Repeats are counted and logged every 10 minutes.")]
    private partial void Message(string endpoint, Repeats repeats, string words);

    [LoggerMessage(EventId = 15, Level = LogLevel.Information,
        Message = "All kept exports are delivered to {Endpoint}: {Exports}, the oldest from {Oldest:u}{Repeats}.")]
    private partial void DeliveredLate(string endpoint, long exports, DateTimeOffset oldest, Repeats repeats);

    [LoggerMessage(EventId = 17, Level = LogLevel.Warning,
        Message = "{Endpoint} refused {Exports} kept export(s): {Reason}. OTLP forbids sending them again: they are dropped.")]
    private partial void RefusedLate(string endpoint, long exports, string reason);

    [LoggerMessage(EventId = 27, Level = LogLevel.Warning,
        Message = "{Endpoint} accepts new exports, but not the kept one from {Created:u}, which failed {Failures} times: {Reason}. "
            + "It is now sent after all others, and dropped if it keeps failing. Repeats are counted and logged every 10 minutes.")]
    private partial void SteppedBehind(string endpoint, DateTimeOffset created, int failures, string reason);

    [LoggerMessage(EventId = 28, Level = LogLevel.Warning,
        Message = "{Endpoint} did not accept {Exports} kept export(s) in more than {Failures} attempts each, while it accepted others: {Reason}. "
            + "They are dropped, and counted in tcp.agent.export.rejected. Repeats are counted and logged every 10 minutes.")]
    private partial void GivenUp(string endpoint, long exports, int failures, string reason);
}

/// <summary>Lets each kind of event through once, then once per interval with the number of those before it. Thread-safe.</summary>
internal sealed class RepeatLimit(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Counts one event, of a bounded number of kinds. True with the number since the last, this one included, if it is let through.</summary>
    public bool IsDue(string kind, out Repeats repeats)
    {
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out Kind? one))
            {
                _kinds[kind] = new Kind { LetThrough = time.GetTimestamp() };
                repeats = new Repeats(1, TimeSpan.Zero);
                return true;
            }

            TimeSpan since = time.GetElapsedTime(one.LetThrough);
            repeats = new Repeats(++one.Count, since);
            if (since < interval)
            {
                return false;
            }

            (one.Count, one.LetThrough) = (0, time.GetTimestamp());
            return true;
        }
    }

    private sealed class Kind
    {
        public long Count { get; set; }

        public long LetThrough { get; set; }
    }
}

/// <summary>How often something came.</summary>
internal readonly record struct Repeats(long Count, TimeSpan Since)
{
    /// <summary>For the end of a clause; empty for a single one.</summary>
    public override string ToString() => Count > 1
        ? $" ({Count} times in {Since.TotalMinutes:0} minutes)"
        : "";
}
