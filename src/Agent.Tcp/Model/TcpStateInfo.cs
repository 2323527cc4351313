namespace Agent.Tcp;

/// <summary>What one kernel state code is called, and what it means.</summary>
/// <param name="Code">The code in the <c>st</c> column of <c>/proc/net/tcp</c>, 0x01 to 0x0D.</param>
/// <param name="State">The state it is counted as. Two codes may share one (03 and 0C).</param>
/// <param name="KernelName">The constant in <c>include/net/tcp_states.h</c>.</param>
/// <param name="MetricValue">The value of the attribute <c>network.connection.state</c>.</param>
/// <param name="SsName">What <c>ss</c> prints.</param>
/// <param name="NetstatName">What <c>netstat</c> prints; null where it has no name.</param>
/// <param name="Meaning">One line: which side acted, and what the socket waits for.</param>
public sealed record TcpStateInfo(
    byte Code,
    TcpState State,
    string KernelName,
    string MetricValue,
    string SsName,
    string? NetstatName,
    string Meaning);
