using Agent.Export.Answers;
using Agent.Export.Transport;
using Microsoft.Extensions.Logging;

namespace Agent.Export.Pipeline;

/// <summary>
/// Tells the operator when exports begin to fail, why, what becomes of the samples, and when exports succeed again: the
/// SDK says none of it in a log. Each is said once until an export succeeds. No secret is ever shown.
/// </summary>
/// <param name="otlp">Where exports go.</param>
/// <param name="headersFile">The file of further headers, whose values are secrets too.</param>
/// <param name="spoolPath">Where what cannot be delivered is kept.</param>
/// <param name="status">Told of each outcome.</param>
/// <param name="logger">Where to.</param>
internal sealed partial class DeliveryLog(
    OtlpSettings otlp, HeadersFile? headersFile, string spoolPath, ExportStatus status, ILogger<DeliveryLog> logger)
{
    private readonly string _endpoint = ShownUrl.Of(otlp.Endpoint);
    private readonly HashSet<ExportOutcome> _said = [];
    private string _lastWarning = "";

    public void Accepted(Verdict verdict)
    {
        if (status.Succeed() is > 0 and long failures)
        {
            _said.Clear();
            Recovered(_endpoint, failures);
        }

        TakenInPart(verdict);
    }

    /// <summary>The collector took a payload, and said something about it.</summary>
    public void TakenInPart(Verdict verdict)
    {
        string warning = $"{verdict.RejectedPoints > 0}{verdict.Warning}";
        if (verdict is { RejectedPoints: 0, Warning: "" } || string.Equals(warning, _lastWarning, StringComparison.Ordinal))
        {
            return;
        }

        _lastWarning = warning;
        PartialSuccess(_endpoint, verdict.RejectedPoints, Shown(verdict.Warning));
    }

    /// <summary>An export was not delivered, and given to the spool.</summary>
    public void Kept(Verdict verdict, ExportOutcome outcome)
    {
        if (outcome == ExportOutcome.Lost)
        {
            Lost(verdict);
        }
        else if (IsNews(outcome))
        {
            FailsAndKeeps(_endpoint, Shown(verdict.Reason), outcome == ExportOutcome.Kept ? spoolPath : "memory");
        }
    }

    public void Lost(Verdict verdict)
    {
        if (IsNews(ExportOutcome.Lost))
        {
            FailsAndLoses(_endpoint, Shown(verdict.Reason));
        }
    }

    public void Refused(Verdict verdict, long points)
    {
        if (IsNews(ExportOutcome.Refused))
        {
            FailsForGood(_endpoint, Shown(verdict.Reason), points);
        }
    }

    /// <summary>Kept payloads were sent late, and refused for good.</summary>
    public void RefusedLate(long payloads, Verdict refusal) => RefusedLate(_endpoint, payloads, Shown(refusal.Reason));

    /// <summary>A kept payload was not taken again and again, while others were.</summary>
    public void SteppedBehind(DateTimeOffset created, int failures, Verdict failure) =>
        SteppedBehind(_endpoint, created, failures, Shown(failure.Reason));

    /// <summary>Kept payloads were dropped, because they were not taken again and again.</summary>
    public void GivenUp(long payloads, int failures, Verdict failure) => GivenUp(_endpoint, payloads, failures, Shown(failure.Reason));

    /// <summary>All that was kept has been delivered.</summary>
    public void DeliveredLate(long payloads, DateTimeOffset oldest) => DeliveredLate(_endpoint, payloads, oldest);

    [LoggerMessage(EventId = 9, Level = LogLevel.Error, Message = "Kept payloads could not be sent; they are tried again after the next export.")]
    public partial void ReplayFailed(Exception exception);

    private bool IsNews(ExportOutcome outcome)
    {
        status.Fail(outcome);
        return _said.Add(outcome);
    }

    private string Shown(string text) =>
        OtlpHeaders.Hide(OtlpHeaders.Hide(text, otlp.Headers), headersFile?.Last ?? []).TrimEnd('.');

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Samples are lost until it succeeds; logged once until then.")]
    private partial void FailsAndLoses(string endpoint, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. Samples are kept in {Place} until it succeeds; logged once until then.")]
    private partial void FailsAndKeeps(string endpoint, string reason, string place);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning,
        Message = "Export to {Endpoint} fails: {Reason}. OTLP takes that for final: its {Points} data point(s) are dropped; logged once until an export succeeds.")]
    private partial void FailsForGood(string endpoint, string reason, long points);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information,
        Message = "Export to {Endpoint} succeeds again after {Failures} failure(s).")]
    private partial void Recovered(string endpoint, long failures);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning,
        Message = "{Endpoint} took an export but for {Points} data point(s), and says: {Words}. Logged once while it says the same.")]
    private partial void PartialSuccess(string endpoint, long points, string words);

    [LoggerMessage(EventId = 15, Level = LogLevel.Information,
        Message = "{Endpoint} has {Payloads} payload(s) that were kept for it, the oldest from {Oldest:u}; none is left.")]
    private partial void DeliveredLate(string endpoint, long payloads, DateTimeOffset oldest);

    [LoggerMessage(EventId = 17, Level = LogLevel.Warning,
        Message = "{Endpoint} refused {Payloads} payload(s) that were kept for it: {Reason}. OTLP takes that for final: they are dropped.")]
    private partial void RefusedLate(string endpoint, long payloads, string reason);

    [LoggerMessage(EventId = 18, Level = LogLevel.Warning,
        Message = "{Endpoint} takes new exports, but failed {Failures} times to take the kept one from {Created:u}: {Reason}. It is sent after all others "
            + "from now on, and dropped if it keeps failing; logged once until nothing is kept.")]
    private partial void SteppedBehind(string endpoint, DateTimeOffset created, int failures, string reason);

    [LoggerMessage(EventId = 19, Level = LogLevel.Warning,
        Message = "{Endpoint} failed more than {Failures} times to take {Payloads} payload(s) that were kept for it, while it took others: {Reason}. "
            + "They are dropped, and counted in tcp.agent.export.rejected.")]
    private partial void GivenUp(string endpoint, long payloads, int failures, string reason);
}
