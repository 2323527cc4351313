using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class SockDiagReaderTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private static readonly SockDiagQuery Both = new(null, StateMask.Procfs);

    private readonly ManualTime _time = new();
    private readonly ConnectionCounts _counts = new();

    [Fact]
    public void Read_WholeDump_KeepsTheSocketForTheNext()
    {
        var transport = new FakeTransport(m => [m.Socket(TcpState.Established), m.Done()]);
        SockDiagReader reader = Reader(transport);

        Read(reader).IsWhole.ShouldBeTrue();
        Read(reader).IsWhole.ShouldBeTrue();

        _counts.Total.ShouldBe(1);
        (transport.Opened, transport.Closed).ShouldBe((1, 0));
        transport.Requests.ShouldBe([(ushort)18, (ushort)18]);
    }

    [Fact]
    public void Read_NothingToReceiveYet_Waits()
    {
        var transport = new FakeTransport(m => [Step.Fails(Errno.EAGAIN), m.Socket(TcpState.Listen), Step.Fails(Errno.EAGAIN), m.Done()])
        {
            OnWait = _ => 1,
        };

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
        transport.Waits.ShouldBe(2);
        _counts.Total.ShouldBe(1);
    }

    [Fact]
    public void Read_InterruptedBySignal_GoesOn()
    {
        var transport = new FakeTransport(m =>
        [
            Step.Fails(Errno.EINTR), m.Socket(TcpState.Listen), Step.Fails(Errno.EINTR), Step.Fails(Errno.EAGAIN), m.Done(),
        ])
        {
            OnWait = _ => -Errno.EINTR,
        };
        transport.SendErrors.Enqueue(Errno.EINTR);
        transport.SendErrors.Enqueue(Errno.EINTR);

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
        _counts.Total.ShouldBe(1);
        transport.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void Read_DumpInterruptedOnce_CountsOnlyTheSecond()
    {
        var transport = new FakeTransport(
            m => [m.Socket(TcpState.Established), m.Socket(TcpState.Listen, flags: 0x12), m.Done()],
            m => [m.Socket(TcpState.Established), m.Done()]);

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
        _counts.Total.ShouldBe(1);
        transport.Requests.Count.ShouldBe(2);
        transport.Opened.ShouldBe(1);
    }

    [Fact]
    public void Read_DumpInterruptedAlways_GivesUpBounded()
    {
        var transport = new FakeTransport(m => [m.Socket(TcpState.Established, flags: 0x12), m.Done()]);

        SockDiagResult result = Read(Reader(transport));

        result.Failure.ShouldBe(ReadFailure.Interrupted);
        transport.Requests.Count.ShouldBe(SockDiagReader.MaxAttempts);
    }

    [Fact]
    public void Read_BufferOverrunOnce_ReadsAgainOnANewSocket()
    {
        var transport = new FakeTransport(
            m => [m.Socket(TcpState.Established), Step.Fails(Errno.ENOBUFS), m.Socket(TcpState.Listen), m.Done()],
            m => [m.Socket(TcpState.Established), m.Done()]);

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
        _counts.Total.ShouldBe(1);
        transport.Opened.ShouldBe(2);
    }

    [Fact]
    public void Read_BufferOverrunAlways_GivesUpBounded()
    {
        var transport = new FakeTransport(_ => [Step.Fails(Errno.ENOBUFS)]);

        Read(Reader(transport)).Failure.ShouldBe(ReadFailure.Interrupted);
        transport.Opened.ShouldBe(SockDiagReader.MaxAttempts);
        transport.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Read_SendFindsNoBuffer_TriesAgain()
    {
        var transport = new FakeTransport(m => [m.Done()]);
        transport.SendErrors.Enqueue(Errno.ENOBUFS);

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void Read_DatagramLongerThanTheBuffer_IsTruncated()
    {
        var transport = new FakeTransport(m =>
            [new Step(m.Socket(TcpState.Established), TrueLength: SockDiagExchange.BufferSize + 1), m.Done()]);

        SockDiagResult result = Read(Reader(transport));

        result.Fault.ShouldBe(SockDiagFault.Truncated);
        transport.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Read_DatagramNotFromTheKernel_IsPassedOver()
    {
        var transport = new FakeTransport(m =>
            [new Step(m.Socket(TcpState.Established), Sender: 12), new Step(m.Done(-5), Sender: 12), m.Socket(TcpState.Listen), m.Done()]);

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
        _counts.Total.ShouldBe(1);
        _counts[TcpSocketKind.Ipv4Inet, TcpState.Listen].ShouldBe(1);
    }

    [Fact]
    public void Read_LeftoversOfAnEarlierDump_ArePassedOver()
    {
        var transport = new FakeTransport(m =>
        [
            new DiagMessages(0, 4711).Socket(TcpState.Established), new DiagMessages(0, 4711).Done(),
            m.Socket(TcpState.Listen), m.Done(),
        ]);

        Read(Reader(transport)).IsWhole.ShouldBeTrue();
        _counts.Total.ShouldBe(1);
    }

    [Fact]
    public void Read_NoAnswer_EndsAtTheDeadline()
    {
        var transport = new FakeTransport(m => [m.Socket(TcpState.Established)]);
        var waited = new List<TimeSpan>();
        transport.OnWait = time =>
        {
            waited.Add(time);
            _time.Advance(time);
            return 0;
        };

        Read(Reader(transport)).Failure.ShouldBe(ReadFailure.Timeout);
        waited.ShouldBe([Deadline]);
        transport.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Read_EndlessDump_EndsAtTheDeadline()
    {
        var transport = new FakeTransport(m => [.. Enumerable.Repeat((Step)m.Socket(TcpState.Established), 100)]);
        transport.OnReceive = () => _time.Advance(Deadline / 10);

        Read(Reader(transport)).Failure.ShouldBe(ReadFailure.Timeout);
    }

    [Theory]
    [InlineData(Errno.EPERM, "permission_denied")]
    [InlineData(Errno.EACCES, "permission_denied")]
    [InlineData(Errno.EAFNOSUPPORT, "unsupported")]
    [InlineData(Errno.EPROTONOSUPPORT, "unsupported")]
    [InlineData(Errno.ENOSYS, "unsupported")]
    [InlineData(24, "io")]
    public void Read_SocketForbidden_FailsByItsErrno(int errno, string failure)
    {
        var transport = new FakeTransport(m => [m.Done()]) { OpenError = errno };

        SockDiagResult result = Read(Reader(transport));

        result.ShouldBe(new SockDiagResult(SockDiagFault.NoSocket, errno));
        result.Failure.MetricValue().ShouldBe(failure);
        result.IsUnknownRequest.ShouldBeFalse();
        transport.Opened.ShouldBe(1);
    }

    [Theory]
    [InlineData(Errno.EACCES, "permission_denied", false)]
    [InlineData(Errno.EINVAL, "unsupported", true)]
    [InlineData(Errno.EOPNOTSUPP, "unsupported", true)]
    public void Read_RequestForbidden_FailsByItsErrno(int errno, string failure, bool unknownRequest)
    {
        var transport = new FakeTransport(m => [m.Done()]);
        transport.SendErrors.Enqueue(errno);

        SockDiagResult result = Read(Reader(transport));

        result.Failure.MetricValue().ShouldBe(failure);
        result.IsUnknownRequest.ShouldBe(unknownRequest);
        transport.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Read_ReceivingFails_FailsAndOpensAnewNextTime()
    {
        var transport = new FakeTransport(_ => [Step.Fails(5)], m => [m.Done()]);
        SockDiagReader reader = Reader(transport);

        Read(reader).ShouldBe(new SockDiagResult(SockDiagFault.Receive, 5));
        Read(reader).IsWhole.ShouldBeTrue();
        transport.Opened.ShouldBe(2);
    }

    private SockDiagReader Reader(FakeTransport transport) => new(transport, _time, Deadline);

    private SockDiagResult Read(SockDiagReader reader)
    {
        var counter = new ConnectionCounter();
        counter.Into(_counts, Both);
        return reader.Read(Both, counter);
    }
}
