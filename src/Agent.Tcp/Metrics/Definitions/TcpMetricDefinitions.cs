using System.Collections.Immutable;
using Agent.Tcp.Metrics.Series;
using static Agent.Tcp.Metrics.Definitions.InstrumentKind;

namespace Agent.Tcp.Metrics.Definitions;

/// <summary>Every metric of the library: what the instruments are made of, and the reference in the documentation.</summary>
internal static class TcpMetricDefinitions
{
    private static readonly string[] Families = ["inet", "inet6"];

    private static readonly MetricAttribute State = new(
        TcpMetricNames.NetworkConnectionState,
        [.. TcpStates.All.Select(state => state.MetricValue).Distinct(StringComparer.Ordinal), TcpStates.UnknownMetricValue]);

    private static readonly MetricAttribute Direction = new(TcpMetricNames.NetworkIoDirection, "transmit", "receive");
    private static readonly MetricAttribute Family = new(TcpMetricNames.TcpSocketFamily, Families);
    private static readonly MetricAttribute Scope = new(
        TcpMetricNames.PeerScope, [.. Enum.GetValues<PeerScope>().Select(PeerScopes.MetricValue)]);

    private static readonly MetricAttribute Port = new(TcpMetricNames.ServerPort);

    public static TcpMetricDefinition Connections { get; } = new(
        "tcp.connections", UpDownCounter, "{connection}",
        "TCP sockets by state, by what is on the wire, and by the kernel table they stand in.",
        true, null, State, new MetricAttribute(TcpMetricNames.NetworkType, "ipv4", "ipv6"), Family);

    public static TcpMetricDefinition Stalled { get; } = new(
        "tcp.connections.stalled", UpDownCounter, "{connection}",
        "Stalled connections: the peer does not acknowledge what was sent, or its receive window is closed.",
        true, "Tcp:Metrics:Stalled", new MetricAttribute(TcpMetricNames.StallReason, "retransmission", "zero_window"));

    public static TcpMetricDefinition Queues { get; } = new(
        "tcp.socket.queue.size", UpDownCounter, "By",
        "Bytes in the queues of sockets that do not listen: not yet acknowledged by the peer, not yet read by the program.",
        true, "Tcp:Metrics:Queues", Direction);

    public static TcpMetricDefinition Backlog { get; } = new(
        "tcp.listener.backlog", UpDownCounter, "{connection}",
        "Connections that wait for accept(), by listening port.",
        true, "Tcp:Metrics:Listeners", Port, Family);

    public static TcpMetricDefinition BacklogLimit { get; } = new(
        "tcp.listener.backlog.limit", UpDownCounter, "{connection}",
        "How many connections may wait for accept(), by listening port; told by sock_diag only.",
        true, "Tcp:Metrics:Listeners", Port, Family);

    public static TcpMetricDefinition Services { get; } = new(
        "tcp.service.connections", UpDownCounter, "{connection}",
        "TCP sockets by service: the local port where something listens on it, otherwise the remote port.",
        true, "Tcp:Metrics:Services", new MetricAttribute(TcpMetricNames.Role, "server", "client"), Port, State);

    public static TcpMetricDefinition ClientPortsUsed { get; } = new(
        "tcp.client.ports.used", Gauge, "{port}",
        "Ephemeral ports in use toward the busiest destination: one local address, remote address and remote port.",
        true, "Tcp:Metrics:ClientPorts");

    public static TcpMetricDefinition ClientPortsLimit { get; } = new(
        "tcp.client.ports.limit", Gauge, "{port}",
        "Ephemeral ports that there are toward one destination: ip_local_port_range without ip_local_reserved_ports.",
        true, "Tcp:Metrics:ClientPorts");

    public static TcpMetricDefinition RoundTripTime { get; } = new(
        "tcp.connection.rtt", Histogram, "s",
        "Smoothed round-trip time of established connections, of which each collection samples some; told by sock_diag only.",
        true, "Tcp:Metrics:RoundTrips", Scope);

    public static TcpMetricDefinition RetransmissionRatio { get; } = new(
        "tcp.connection.retransmission.ratio", Histogram, "1",
        "Bytes sent again of all bytes sent, of the connections of the same sample that have sent any.",
        true, "Tcp:Metrics:RoundTrips", Scope);

    public static TcpMetricDefinition Orphans { get; } = new(
        "tcp.orphans", UpDownCounter, "{socket}",
        "Sockets of the node that belong to no process any more and that the kernel still closes.",
        false, "Tcp:Metrics:Memory");

    public static TcpMetricDefinition Memory { get; } = new(
        "tcp.memory.usage", UpDownCounter, "By",
        "Memory that the buffers of the node's TCP sockets take.",
        false, "Tcp:Metrics:Memory");

    public static TcpMetricDefinition Duration { get; } = new(
        "tcp.agent.collection.duration", Histogram, "s", "Time that reading the kernel's tables took, for each collection.",
        false, null);

    public static TcpMetricDefinition Cpu { get; } = new(
        "tcp.agent.collection.cpu", Counter, "s", "CPU time spent reading the kernel's tables.", false, null);

    public static TcpMetricDefinition Namespaces { get; } = new(
        "tcp.agent.namespaces", UpDownCounter, "{namespace}", "Network namespaces by how current their reading is.",
        false, null, new MetricAttribute(TcpMetricNames.NamespaceStatus, "read", "deferred", "failed"));

    public static TcpMetricDefinition Age { get; } = new(
        "tcp.agent.snapshot.age", Gauge, "s",
        "Age of the oldest namespace's counts: since it was last read, or since it was found where it never was.", false, null);

    public static TcpMetricDefinition ListingAge { get; } = new(
        "tcp.agent.listing.age", Gauge, "s",
        "Age of the oldest rows that queues, stalls, ephemeral ports and services are reported from, where established sockets are counted without listing.",
        false, null);

    public static TcpMetricDefinition Errors { get; } = new(
        "tcp.agent.read.errors", Counter, "{error}", "Tables, lines and states that could not be read.",
        false, null, new MetricAttribute(
            TcpMetricNames.ErrorType,
            [.. Enum.GetValues<ReadFailure>().Where(failure => failure != ReadFailure.None).Select(ReadFailures.MetricValue)]));

    public static TcpMetricDefinition Convention { get; } = new(
        "system.network.connection.count", UpDownCounter, "{connection}", "The number of connections.",
        false, "Tcp:SemanticConventions", new MetricAttribute(TcpMetricNames.NetworkTransport, "tcp"),
        new MetricAttribute(TcpMetricNames.NetworkConnectionState,
        [
            .. Enumerable.Range((int)TcpState.Established, (int)TcpState.Closing).Select(state => TcpStates.MetricValue((TcpState)state)),
            TcpStates.UnknownMetricValue,
        ]));

    public static ImmutableArray<TcpMetricDefinition> All { get; } =
    [
        Connections, Stalled, Queues, Backlog, BacklogLimit, Services, ClientPortsUsed, ClientPortsLimit,
        RoundTripTime, RetransmissionRatio,
        .. CounterInstruments.All.Select(instrument => instrument.Definition),
        Orphans, Memory, Duration, Cpu, Namespaces, Age, ListingAge, Errors, Convention,
    ];
}
