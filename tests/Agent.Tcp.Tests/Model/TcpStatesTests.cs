using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Model;

public class TcpStatesTests
{
    /// <summary>The table of the contract, row by row.</summary>
    public static TheoryData<int, string, string, string, string?, TcpState> Contract => new()
    {
        { 0x01, "TCP_ESTABLISHED", "established", "ESTAB", "ESTABLISHED", TcpState.Established },
        { 0x02, "TCP_SYN_SENT", "syn_sent", "SYN-SENT", "SYN_SENT", TcpState.SynSent },
        { 0x03, "TCP_SYN_RECV", "syn_received", "SYN-RECV", "SYN_RECV", TcpState.SynReceived },
        { 0x04, "TCP_FIN_WAIT1", "fin_wait_1", "FIN-WAIT-1", "FIN_WAIT1", TcpState.FinWait1 },
        { 0x05, "TCP_FIN_WAIT2", "fin_wait_2", "FIN-WAIT-2", "FIN_WAIT2", TcpState.FinWait2 },
        { 0x06, "TCP_TIME_WAIT", "time_wait", "TIME-WAIT", "TIME_WAIT", TcpState.TimeWait },
        { 0x07, "TCP_CLOSE", "closed", "UNCONN", "CLOSE", TcpState.Closed },
        { 0x08, "TCP_CLOSE_WAIT", "close_wait", "CLOSE-WAIT", "CLOSE_WAIT", TcpState.CloseWait },
        { 0x09, "TCP_LAST_ACK", "last_ack", "LAST-ACK", "LAST_ACK", TcpState.LastAck },
        { 0x0A, "TCP_LISTEN", "listen", "LISTEN", "LISTEN", TcpState.Listen },
        { 0x0B, "TCP_CLOSING", "closing", "CLOSING", "CLOSING", TcpState.Closing },
        { 0x0C, "TCP_NEW_SYN_RECV", "syn_received", "SYN-RECV", "SYN_RECV", TcpState.SynReceived },
        { 0x0D, "TCP_BOUND_INACTIVE", "bound_inactive", "UNCONN", null, TcpState.BoundInactive },
    };

    [Theory]
    [MemberData(nameof(Contract))]
    public void All_EveryRowOfTheContract_IsAsWritten(
        int code, string kernel, string metric, string ss, string? netstat, TcpState state)
    {
        TcpStateInfo info = TcpStates.All[code - 1];

        info.Code.ShouldBe((byte)code);
        info.State.ShouldBe(state);
        info.KernelName.ShouldBe(kernel);
        info.MetricValue.ShouldBe(metric);
        info.SsName.ShouldBe(ss);
        info.NetstatName.ShouldBe(netstat);
        info.Meaning.ShouldNotBeNullOrWhiteSpace();
        info.Meaning.ShouldNotContain('\n');
        TcpStates.FromCode(code).ShouldBe(state);
        TcpStates.MetricValue(state).ShouldBe(metric);
    }

    [Fact]
    public void All_HasTheContractsRowsOnly() => TcpStates.All.Length.ShouldBe(Contract.Count);

    [Fact]
    public void FromCode_EveryByte_IsTheTablesStateOrUnknown()
    {
        Dictionary<int, TcpState> known = TcpStates.All.ToDictionary(info => (int)info.Code, info => info.State);
        for (int code = 0; code <= byte.MaxValue; code++)
        {
            TcpStates.FromCode(code).ShouldBe(known.GetValueOrDefault(code, TcpState.Unknown), $"code {code:X2}");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0x0E)]
    [InlineData(256)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void FromCode_OutsideTheTable_IsUnknown(int code) => TcpStates.FromCode(code).ShouldBe(TcpState.Unknown);

    [Theory]
    [InlineData((TcpState)0)]
    [InlineData((TcpState)0x0C)]
    [InlineData((TcpState)0x0E)]
    [InlineData((TcpState)0xFF)]
    public void MetricValue_NoStateOfTheTable_IsUnknown(TcpState state) => TcpStates.MetricValue(state).ShouldBe("unknown");

    [Theory]
    [InlineData(SocketFamily.Inet, "inet")]
    [InlineData(SocketFamily.Inet6, "inet6")]
    public void MetricValue_OfSocketFamily_IsTheContracts(SocketFamily family, string value) =>
        AddressFamilies.MetricValue(family).ShouldBe(value);

    [Theory]
    [InlineData(NetworkType.Ipv4, "ipv4")]
    [InlineData(NetworkType.Ipv6, "ipv6")]
    public void MetricValue_OfNetworkType_IsTheContracts(NetworkType type, string value) =>
        AddressFamilies.MetricValue(type).ShouldBe(value);
}
