using System.Globalization;
using Agent.Configuration;
using Agent.Export.Telemetry;

namespace Agent.Health;

/// <summary>Judges whether the agent lives and is ready, by its collections alone.</summary>
internal sealed class HealthReport(AgentConfiguration configuration, CollectionBeat beat, ExportStatus exports)
{
    private const int MissedIntervals = 3;

    /// <summary>Tables that procfs may read, each within the whole <c>Tcp:ReadTimeout</c>, after a collection's time is over.</summary>
    private const int FallbackTables = 2;

    /// <summary>Until the first collection: a cold start on a busy node, and a spool that is read.</summary>
    private static readonly TimeSpan Startup = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _limit = Limit(configuration);

    private readonly string? _idle = configuration.Telemetry.IdleReason;

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
            ? new HealthAnswer(HealthAnswer.Bad, $"no collection for {Seconds(age)}; {Seconds(limit)} is the most")
            : new HealthAnswer(HealthAnswer.Good, Collected(age));
    }

    /// <summary>A first collection was made, or none is to be. A collector that cannot be reached is told, and changes nothing.</summary>
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
        string spool = exports.SpoolFault is { } fault ? $"; the spool cannot be used, exports are held in memory only: {fault}" : "";
        return new HealthAnswer(HealthAnswer.Good, $"ready; {Collected(beat.Age)}{delivery}{spool}");
    }

    /// <summary>
    /// How long it may go without a collection: three intervals, and what the settings allow a collection and its export
    /// to take. A node that is slow to read and a collector that hangs are no reasons to restart the agent.
    /// </summary>
    private static TimeSpan Limit(AgentConfiguration configuration) =>
        (MissedIntervals * TimeSpan.FromMilliseconds(configuration.Telemetry.ExportIntervalMilliseconds))
        + configuration.Settings.Tcp.CollectionTimeout
        + (FallbackTables * configuration.Settings.Tcp.ReadTimeout)
        + TimeSpan.FromMilliseconds(configuration.Telemetry.Otlp?.TimeoutMilliseconds ?? 0);

    private static string Reason(ExportOutcome outcome) => outcome switch
    {
        ExportOutcome.Refused => "the collector refuses them",
        ExportOutcome.Kept => "the collector cannot be reached or does not take them; the spool keeps them",
        ExportOutcome.KeptInMemory => "the collector cannot be reached or does not take them, nor the spool's disk; memory keeps them",
        _ => "the collector cannot be reached or does not take them; they are lost",
    };

    private string Collected(TimeSpan age) => beat.HasBeaten
        ? $"collected {Seconds(age)} ago"
        : $"no collection yet, {Seconds(age)} after the start";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
