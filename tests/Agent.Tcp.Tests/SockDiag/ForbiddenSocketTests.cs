using Agent.Tcp.Interop;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>A real policy that refuses the netlink socket, with the errno that such policies use.</summary>
public sealed class ForbiddenSocketTests : IDisposable
{
    private readonly CapturingLogger _log = new();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.EACCES)]
    [InlineData(Errno.EAFNOSUPPORT)]
    public void Read_Auto_ReadsProcfsAndLogsOnce(int errno) => SeccompThread.Run(errno, () =>
    {
        using SnapshotReader reader = Reader(TcpSource.Auto);

        for (int read = 0; read < 3; read++)
        {
            TcpSnapshot snapshot = reader.Read();
            snapshot.Reading.Source.ShouldBe(TcpSourceKind.Procfs);
            snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
            snapshot.Errors.ShouldBeEmpty();
        }

        _log.Lines.ShouldHaveSingleItem().Message.ShouldContain($"errno {errno}");
    });

    [Fact]
    public void Read_SockDiag_IsAbsentWithAnError() => SeccompThread.Run(Errno.EPERM, () =>
    {
        using SnapshotReader reader = Reader(TcpSource.SockDiag);

        TcpSnapshot snapshot = reader.Read();

        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Failed);
        snapshot.Errors.ShouldHaveSingleItem().Failure.ShouldBe(ReadFailure.PermissionDenied);
    });

    private SnapshotReader Reader(TcpSource source) =>
        new(new TcpInstrumentationOptions { Source = source }, logger: _log.CreateLogger(""));
}
