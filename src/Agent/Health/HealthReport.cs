using System.Globalization;
using Agent.Configuration;
using Agent.Export;

namespace Agent.Health;

/// <summary>Judges whether the agent lives and is ready, by its collections alone.</summary>
internal sealed class HealthReport(AgentConfiguration configuration, CollectionBeat beat, ExportStatus exports)
{
    private const int MissedIntervals = 3;

    /// <summary>
    /// How long it may go without a collection: three intervals. An export holds up the next collection for as long as it
    /// is tried, so that where this is longer, it counts: a collector that hangs is no reason to restart the agent.
    /// </summary>
    private readonly TimeSpan _limit = MissedIntervals * TimeSpan.FromMilliseconds(Math.Max(
        configuration.Telemetry.ExportIntervalMilliseconds,
        configuration.Telemetry.Otlp?.TimeoutMilliseconds ?? 0));

    private readonly string? _idle = configuration.Telemetry.IdleReason;

    /// <summary>The loop lives. A process that does not should be restarted.</summary>
    public HealthAnswer Live()
    {
        if (_idle is not null)
        {
            return new HealthAnswer(HealthAnswer.Good, $"alive; nothing is collected, because {_idle}");
        }

        TimeSpan age = beat.Age;
        return age > _limit
            ? new HealthAnswer(HealthAnswer.Bad, $"no collection for {Seconds(age)}; {Seconds(_limit)} is the most")
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
        return new HealthAnswer(HealthAnswer.Good, $"ready; {Collected(beat.Age)}{delivery}");
    }

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
