using Agent.Export.Answers;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Microsoft.Extensions.Logging;

namespace Agent.Export.Pipeline;

/// <summary>
/// Tells the operator when exports begin to fail, why, what becomes of the samples, and when exports succeed again: the
/// SDK says none of it in a log. Each kind of failure, by its status, is logged once, and then with a count every ten minutes
/// while it comes again: the words of a collector may differ each time. No secret is ever shown.
/// </summary>
/// <param name="otlp">Where exports go.</param>
/// <param name="headersFile">The file of further headers, whose values are secrets too.</param>
/// <param name="spoolPath">Where what cannot be delivered is kept.</param>
/// <param name="status">Told of each outcome.</param>
/// <param name="logger">Where to.</param>
/// <param name="time">The clock.</param>
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

    /// <summary>The collector took a payload, and said something about it.</summary>
    public void TakenInPart(Verdict verdict)
    {
        string words = verdict.Warning.Length > 0 ? Shown(verdict.Warning) : "nothing about it";
        if (verdict.RejectedPoints > 0)
        {
            if (_repeats.IsDue(Verdict.PartialSuccess, out Repeats repeats))
            {
                PartialSuccess(_endpoint, verdict.RejectedPoints, repeats, words);
            }
        }
        else if (verdict.Warning.Length > 0 && _repeats.IsDue("message", out Repeats repeats))
        {
            Message(_endpoint, repeats, words);
        }
    }

    /// <summary>An export was not delivered, and given to the spool.</summary>
    public void Kept(Verdict verdict, ExportOutcome outcome)
    {
        if (outcome == ExportOutcome.Lost)
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
        if (IsDue(ExportOutcome.Lost, verdict, out string reason))
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

    /// <summary>Kept payloads were sent late, and refused for good.</summary>
    public void RefusedLate(long payloads, Verdict refusal)
    {
        if (_repeats.IsDue($"refused late {refusal.ErrorType}", out Repeats repeats))
        {
            RefusedLate(_endpoint, payloads, Shown(refusal.Reason) + repeats);
        }
    }

    /// <summary>A kept payload was not taken again and again, while others were.</summary>
    public void SteppedBehind(DateTimeOffset created, int failures, Verdict failure)
    {
        if (_repeats.IsDue($"behind {failure.ErrorType}", out Repeats repeats))
        {
            SteppedBehind(_endpoint, created, failures, Shown(failure.Reason) + repeats);
        }
    }

    /// <summary>Kept payloads were dropped, because they were not taken again and again.</summary>
    public void GivenUp(long payloads, int failures, Verdict failure)
    {
        if (_repeats.IsDue($"given up {failure.ErrorType}", out Repeats repeats))
        {
            GivenUp(_endpoint, payloads, failures, Shown(failure.Reason) + repeats);
        }
    }

    /// <summary>All that was kept has been delivered.</summary>
    public void DeliveredLate(long payloads, DateTimeOffset oldest)
    {
        if (_repeats.IsDue("delivered late", out Repeats repeats))
        {
            DeliveredLate(_endpoint, payloads, oldest, repeats);
        }
    }

    /// <summary>Sending kept payloads met a fault that nobody thought of.</summary>
    public void ReplayFailed(Exception exception)
    {
        if (_repeats.IsDue($"replay {exception.GetType().Name}", out Repeats repeats))
        {
            ReplayFailed(exception, repeats);
        }
    }

    /// <summary>Whether it is time to log a failure, and its reason for the log.</summary>
    private bool IsDue(ExportOutcome outcome, Verdict verdict, out string reason)
    {
        status.Fail(outcome);

        // An export that the agent itself holds back is one more of the failure that it does so for.
        bool isHeldBack = verdict.ErrorType is AttemptFault.CircuitOpen or AttemptFault.Paused;
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
        Message = "Kept payloads could not be sent{Repeats}; they are tried again after the next export. Repeats are counted and logged every 10 minutes.")]
    private partial void ReplayFailed(Exception exception, Repeats repeats);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Samples are lost until it succeeds. Repeats are counted and logged every 10 minutes.")]
    private partial void FailsAndLoses(string endpoint, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Samples are kept in {Place} until it succeeds. Repeats are counted and logged every 10 minutes.")]
    private partial void FailsAndKeeps(string endpoint, string reason, string place);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. OTLP takes that for final: its {Points} data point(s) are dropped. Repeats are counted and logged every 10 minutes.")]
    private partial void FailsForGood(string endpoint, string reason, long points);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information,
        Message = "Export to {Endpoint} succeeds again after {Failures} failure(s).")]
    private partial void Recovered(string endpoint, long failures);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning,
        Message = "{Endpoint} took an export but for {Points} data point(s){Repeats}, and says: {Words}. Repeats are counted and logged every 10 minutes.")]
    private partial void PartialSuccess(string endpoint, long points, Repeats repeats, string words);

    [LoggerMessage(EventId = 26, Level = LogLevel.Information,
        Message = "{Endpoint} took an export{Repeats}, and says: {Words}. Repeats are counted and logged every 10 minutes.")]
    private partial void Message(string endpoint, Repeats repeats, string words);

    [LoggerMessage(EventId = 15, Level = LogLevel.Information,
        Message = "{Endpoint} has {Payloads} payload(s) that were kept for it, the oldest from {Oldest:u}; none is left{Repeats}.")]
    private partial void DeliveredLate(string endpoint, long payloads, DateTimeOffset oldest, Repeats repeats);

    [LoggerMessage(EventId = 17, Level = LogLevel.Warning,
        Message = "{Endpoint} refused {Payloads} payload(s) that were kept for it: {Reason}. OTLP takes that for final: they are dropped.")]
    private partial void RefusedLate(string endpoint, long payloads, string reason);

    [LoggerMessage(EventId = 27, Level = LogLevel.Warning,
        Message = "{Endpoint} takes new exports, but failed {Failures} times to take the kept one from {Created:u}: {Reason}. It is sent after all others "
            + "from now on, and dropped if it keeps failing. Repeats are counted and logged every 10 minutes.")]
    private partial void SteppedBehind(string endpoint, DateTimeOffset created, int failures, string reason);

    [LoggerMessage(EventId = 28, Level = LogLevel.Warning,
        Message = "{Endpoint} failed more than {Failures} times to take {Payloads} payload(s) that were kept for it, while it took others: {Reason}. "
            + "They are dropped, and counted in tcp.agent.export.rejected. Repeats are counted and logged every 10 minutes.")]
    private partial void GivenUp(string endpoint, long payloads, int failures, string reason);
}
