using Agent.Export;
using Agent.Export.Telemetry;

namespace Agent.Health;

/// <summary>Judges whether the agent lives and is ready, by its collections alone.</summary>
internal sealed class HealthReport(TelemetrySettings telemetry, TcpInstrumentationOptions tcp, CollectionBeat beat, ExportStatus exports)
{
    private const int MissedIntervals = 3;

    /// <summary>Tables that procfs may read, each within the whole <c>Tcp:ReadTimeout</c>, after a collection's time is over.</summary>
    private const int FallbackTables = 2;

    /// <summary>Until the first collection: a cold start on a busy node, and a spool that is read.</summary>
    private static readonly TimeSpan Startup = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _limit = Limit(telemetry, tcp);
    private readonly string? _idle = telemetry.IdleReason;

    public HealthAnswer Answer(HealthRequest request) => request switch
    {
        { Path: null or "" } => new HealthAnswer(HealthAnswer.BadRequest, "not an HTTP/1.1 request"),
        { IsAllowed: false } => new HealthAnswer(HealthAnswer.MethodNotAllowed, "only GET and HEAD are answered"),
        { Path: "/healthz" } => Live(),
        { Path: "/readyz" } => Ready(),
        _ => new HealthAnswer(HealthAnswer.NotFound, "not found; there are /healthz and /readyz"),
    };

    /// <summary>The loop lives. A process that does not should be restarted.</summary>
    public HealthAnswer Live()
    {
        if (_idle is not null)
        {
            return new HealthAnswer(HealthAnswer.Good, $"alive; nothing is collected, because {_idle}");
        }

        TimeSpan age = beat.Age;
        TimeSpan limit = beat.HasBeaten ? _limit : _limit + Startup;
        return age > limit
            ? new HealthAnswer(HealthAnswer.Bad, $"no collection for {Seconds(age)}; the limit is {Seconds(limit)}")
            : new HealthAnswer(HealthAnswer.Good, Collected(age));
    }

    /// <summary>A first collection was made, or none is configured. A collector that cannot be reached is mentioned, and changes nothing.</summary>
    public HealthAnswer Ready()
    {
        if (_idle is not null)
        {
            return new HealthAnswer(HealthAnswer.Good, $"ready; nothing is collected, because {_idle}");
        }

        if (!beat.HasBeaten)
        {
            return new HealthAnswer(HealthAnswer.Bad, "not ready: " + Collected(beat.Age));
        }

        string delivery = exports.IsFailing ? "; exports fail: " + Reason(exports.Last) : "";
        string spool = exports.SpoolFault is { } fault ? $"; the spool cannot be used, exports are kept in memory only: {fault}" : "";
        string unread = exports.SpoolReadFault is { } unreadable ? $"; the spool holds exports that cannot be read: {unreadable}" : "";
        return new HealthAnswer(HealthAnswer.Good, $"ready; {Collected(beat.Age)}{delivery}{spool}{unread}");
    }

    /// <summary>
    /// How long it may go without a collection: three intervals, and what the settings allow a collection and its export
    /// to take. A node that is slow to read and a collector that hangs are no reasons to restart the agent.
    /// </summary>
    private static TimeSpan Limit(TelemetrySettings telemetry, TcpInstrumentationOptions tcp) =>
        (MissedIntervals * TimeSpan.FromMilliseconds(telemetry.ExportIntervalMilliseconds))
        + tcp.CollectionTimeout
        + (FallbackTables * tcp.ReadTimeout)
        + TimeSpan.FromMilliseconds(telemetry.Otlp?.TimeoutMilliseconds ?? 0);

    private static string Reason(ExportOutcome outcome) => outcome switch
    {
        ExportOutcome.Refused => "the collector refuses them",
        ExportOutcome.Kept => "the collector cannot be reached or does not accept them; they are kept in the spool",
        ExportOutcome.KeptInMemory => "the collector cannot be reached or does not accept them; they are kept in memory, because the spool cannot be used",
        _ => "the collector cannot be reached or does not accept them; they are dropped",
    };

    private string Collected(TimeSpan age) => beat.HasBeaten
        ? $"collected {Seconds(age)} ago"
        : $"no collection yet, {Seconds(age)} after the start";

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.#} s";
}
