namespace Agent.Tcp;

/// <summary>
/// Which groups of metrics are read and reported beside <c>tcp.connections</c>, which always is. What is off is neither.
/// </summary>
public sealed class TcpMetricGroups
{
    /// <summary><c>tcp.connections.stalled</c>: connections that retransmit, or whose peer takes nothing more.</summary>
    /// <value>Default: true. Out of the rows that are read for <c>tcp.connections</c>.</value>
    public bool Stalled { get; set; } = true;

    /// <summary><c>tcp.socket.queue.size</c>: bytes that wait to be acknowledged, or to be read.</summary>
    /// <value>Default: true. Out of the same rows.</value>
    public bool Queues { get; set; } = true;

    /// <summary><c>tcp.listener.backlog</c> and its limit: connections that wait for accept(), by port.</summary>
    /// <value>Default: true. Out of the same rows.</value>
    public bool Listeners { get; set; } = true;

    /// <summary><c>tcp.service.connections</c>: connections by the port that is served or connected to.</summary>
    /// <value>
    /// Default: false. A series for each port and state, for as many ports of a namespace as
    /// <see cref="TcpInstrumentationOptions.MaxServicePorts"/> says.
    /// </value>
    public bool Services { get; set; }

    /// <summary>
    /// <c>tcp.client.ports.used</c> and its limit: how many ephemeral ports are in use toward the busiest destination.
    /// </summary>
    /// <value>Default: true. Out of the same rows.</value>
    public bool ClientPorts { get; set; } = true;

    /// <summary>
    /// <c>tcp.connection.rtt</c> and <c>tcp.connection.retransmission.ratio</c>: what the kernel measured of established
    /// connections, of which each collection samples some.
    /// </summary>
    /// <value>
    /// Default: false. By sock_diag alone: this process's own namespace, and with CAP_SYS_ADMIN and CAP_SYS_PTRACE the others.
    /// <see cref="TcpInstrumentationOptions.MaxRoundTripSamples"/> bounds the sample.
    /// </value>
    public bool RoundTrips { get; set; }

    /// <summary>The kernel's counters of each namespace: opens, resets, segments, overflows and the others.</summary>
    /// <value>Default: true. Reads <c>/proc/PID/net/snmp</c> and <c>netstat</c>.</value>
    public bool Counters { get; set; } = true;

    /// <summary><c>tcp.orphans</c> and <c>tcp.memory.usage</c> of the node.</summary>
    /// <value>Default: true. Reads <c>/proc/PID/net/sockstat</c> of one namespace.</value>
    public bool Memory { get; set; } = true;

    /// <summary>Some group needs more of a row than its state and addresses.</summary>
    internal bool NeedRows => Stalled || Queues || Listeners;

    /// <summary>Some group needs the rows of established sockets.</summary>
    internal bool NeedListing => Stalled || Queues || Services || ClientPorts;

    /// <summary>Turns all of them off: for those who want the connections alone.</summary>
    internal TcpMetricGroups TurnOff()
    {
        Stalled = Queues = Listeners = Services = ClientPorts = RoundTrips = Counters = Memory = false;
        return this;
    }
}
