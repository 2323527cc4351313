using Agent.Tcp.Interop;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>A selector over scripted namespaces, beside this process's real one.</summary>
internal sealed class ForeignSelection : IDisposable
{
    public static readonly EntranceResult Refused = new(EntranceFault.NotOpened, Errno.EACCES);
    public static readonly EntranceResult Gone = new(EntranceFault.NotOpened, Errno.ENOENT);
    public static readonly EntranceResult NoDescriptor = new(EntranceFault.NotOpened, 24);

    private readonly Reading _reading = new();

    public ForeignSelection(TcpSource source = TcpSource.Auto, int limit = 100)
    {
        var own = new FakeTransport(FakeEntrance.Listening);
        var reader = new SockDiagReader(own, Time, TimeSpan.FromSeconds(1));
        Own = own;
        Selector = new SourceSelector(
            source,
            Procfs,
            new SockDiagSource(own, reader, new OwnNamespace("/proc"), StateMask.Procfs),
            new SourceLog(Logger.CreateLogger("Agent.Tcp")),
            Time,
            new ForeignSockDiag(Entrance, new SockDiagTables(reader, StateMask.Procfs), Time, limit));
    }

    public FakeEntrance Entrance { get; } = new();

    public ManualTime Time { get; } = new();

    public CapturingLogger Logger { get; } = new();

    public FakeTransport Own { get; }

    public SourceSelector Selector { get; }

    public List<ReadError> Errors => _reading.Errors;

    public CountingSource Procfs { get; } = new();

    public static TcpNamespace Space(ulong inode, long id = 0, string process = "4711") =>
        new("/nowhere", process, NamespaceIdentity.Other, inode, id);

    public Reading Read(TcpNamespace space)
    {
        Selector.Read(space, default, _reading);
        return _reading;
    }

    public void ShouldBeRead(TcpNamespace space, TcpSourceKind source)
    {
        Reading reading = Read(space);
        reading.Source.ShouldBe(source);
        reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        reading.Counts[TcpSocketKind.Ipv4Inet, TcpState.Listen].ShouldBe(source == TcpSourceKind.SockDiag ? 1 : 0);
        reading.Counts[TcpSocketKind.Ipv4Inet, TcpState.Closing].ShouldBe(source == TcpSourceKind.Procfs ? 1 : 0);
        Errors.ShouldBeEmpty();
    }

    public void Dispose() => Selector.Dispose();

    /// <summary>In place of procfs: finds one socket in CLOSING everywhere.</summary>
    internal sealed class CountingSource : ITcpSource
    {
        public int Reads { get; private set; }

        public void Read(TcpNamespace space, in ReadHints hints, Reading into)
        {
            Reads++;
            into.Begin(TcpSourceKind.Procfs);
            into[SocketFamily.Inet] = FamilyStatus.Read;
            into[SocketFamily.Inet6] = FamilyStatus.Read;
            into.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Closing, 1);
        }
    }
}
