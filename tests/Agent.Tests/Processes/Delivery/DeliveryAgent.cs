using Agent.Tests.Support;

namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// Starts an agent that collects four times a second, retries at once, spools what it cannot deliver, and whose breaker
/// stays closed.
/// </summary>
internal static class DeliveryAgent
{
    /// <summary>Time for several attempts when none is answered. A slow machine may need longer for one that is.</summary>
    public static readonly KeyValuePair<string, string> ShortAttempts = new("Export__AttemptTimeout", "0.15");

    /// <summary>Starts it.</summary>
    /// <param name="endpoint">Where it exports to, and how.</param>
    /// <param name="procRoot">What it reads.</param>
    /// <param name="spool">Its spool's folder.</param>
    /// <param name="environment">Further variables; they win.</param>
    public static TestProcess Start(
        KeyValuePair<string, string>[] endpoint,
        string procRoot,
        string spool,
        params KeyValuePair<string, string>[] environment) =>
        AgentProgram.Start([], Environment(endpoint, procRoot, spool, environment));

    /// <summary>What it is told.</summary>
    public static KeyValuePair<string, string>[] Environment(
        KeyValuePair<string, string>[] endpoint, string procRoot, string spool, params KeyValuePair<string, string>[] environment) =>
        [
            .. endpoint,
            new("Tcp__ProcRoot", procRoot),
            new("OTEL_METRIC_EXPORT_INTERVAL", "250"),
            new("Export__Retry__MaxRetries", "3"),
            new("Export__Retry__InitialDelay", "0.02"),
            new("Export__Retry__MaxDelay", "0.02"),
            new("Export__Breaker__MinimumThroughput", "1000"),
            new("Export__Breaker__SamplingDuration", "0.5"),
            new("Export__Breaker__BreakDuration", "0.5"),
            new("Export__Spool__Path", spool),
            new("Export__Spool__ReplayRate", "1000"),
            .. environment,
        ];
}
