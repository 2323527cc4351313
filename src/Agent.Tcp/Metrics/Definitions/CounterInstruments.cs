using System.Collections.Immutable;

namespace Agent.Tcp.Metrics.Definitions;

/// <summary>One instrument of the kernel's counters.</summary>
/// <param name="Definition">The metric.</param>
/// <param name="Counters">The counters that are its points, each with the value of the metric's one attribute, if it has one.</param>
internal sealed record CounterInstrument(TcpMetricDefinition Definition, ImmutableArray<(TcpCounter Counter, string? Value)> Counters);

/// <summary>The instruments of the kernel's counters, which <c>snmp</c> and <c>netstat</c> tell.</summary>
internal static class CounterInstruments
{
    private const string Setting = "Tcp:Metrics:Counters";

    public static ImmutableArray<CounterInstrument> All { get; } =
    [
        Of("tcp.connection.opens", "{connection}", "Connections opened: by connect(), or by a peer.", TcpMetricNames.OpenKind,
            (TcpCounter.ActiveOpens, "active"), (TcpCounter.PassiveOpens, "passive")),
        Of("tcp.connection.failures", "{connection}", "Connections that failed before they were established.", TcpCounter.AttemptFails),
        Of("tcp.connection.resets", "{connection}", "Established connections that were reset.", TcpCounter.EstabResets),
        Of("tcp.segments", "{segment}", "Segments sent, without those sent again, and received.", TcpMetricNames.NetworkIoDirection,
            (TcpCounter.OutSegs, "transmit"), (TcpCounter.InSegs, "receive")),
        Of("tcp.segments.retransmitted", "{segment}", "Segments sent again.", TcpCounter.RetransSegs),
        Of("tcp.segments.errors", "{segment}", "Segments received in error, such as with a bad checksum.", TcpCounter.InErrs),
        Of("tcp.resets.sent", "{segment}", "Segments sent with RST.", TcpCounter.OutRsts),
        Of("tcp.listener.overflows", "{connection}", "Connections dropped since an accept queue was full.", TcpCounter.ListenOverflows),
        Of("tcp.listener.drops", "{connection}", "Connections that listeners dropped for any reason, full queues included.", TcpCounter.ListenDrops),
        Of("tcp.timeouts", "{timeout}", "Retransmission timers that fired.", TcpCounter.Timeouts),
    ];

    private static CounterInstrument Of(string name, string unit, string description, TcpCounter counter) => new(
        new TcpMetricDefinition(name, InstrumentKind.Counter, unit, description, true, Setting),
        [(counter, null)]);

    private static CounterInstrument Of(
        string name, string unit, string description, string attribute, params (TcpCounter Counter, string? Value)[] counters) => new(
        new TcpMetricDefinition(
            name, InstrumentKind.Counter, unit, description, true, Setting,
            new MetricAttribute(attribute, [.. counters.Select(one => one.Value!)])),
        [.. counters]);
}
