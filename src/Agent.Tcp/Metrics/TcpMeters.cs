using System.Diagnostics.Metrics;

namespace Agent.Tcp.Metrics;

/// <summary>Makes meters of the library's name and version.</summary>
internal static class TcpMeters
{
    private static readonly string Version = typeof(TcpMeters).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static Meter Create() => new(new MeterOptions(TcpMetricNames.Meter) { Version = Version });
}
