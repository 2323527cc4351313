using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Tests.Support;
using Shouldly;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>A selector over scripted namespaces, beside this process's real one.</summary>
internal sealed class ForeignSelection : IDisposable
{
    public static readonly EntranceResult Refused = new(EntranceFault.NotOpened, Errno.EACCES);
    public static readonly EntranceResult Gone = new(EntranceFault.NotOpened, Errno.ENOENT);
    public static readonly EntranceResult NoDescriptor = new(EntranceFault.NotOpened, 24);

    private readonly NamespaceSnapshot _snapshot = new();

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

    public List<ReadError> Errors { get; } = [];

    public CountingSource Procfs { get; } = new();

    public static TcpNamespace Space(ulong inode, long id = 0, string process = "4711") =>
        new("/nowhere", process, NamespaceIdentity.Other, inode, id);

    public NamespaceSnapshot Read(TcpNamespace space)
    {
        Errors.Clear();
        Selector.Read(space, _snapshot, Errors);
        return _snapshot;
    }

    public void ShouldBeRead(TcpNamespace space, TcpSourceKind source)
    {
        NamespaceSnapshot snapshot = Read(space);
        snapshot.Source.ShouldBe(source);
        snapshot[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        snapshot.Counts[TcpSocketKind.Ipv4Inet, TcpState.Listen].ShouldBe(source == TcpSourceKind.SockDiag ? 1 : 0);
        snapshot.Counts[TcpSocketKind.Ipv4Inet, TcpState.Closing].ShouldBe(source == TcpSourceKind.Procfs ? 1 : 0);
        Errors.ShouldBeEmpty();
    }

    public void Dispose() => Selector.Dispose();

    /// <summary>In place of procfs: finds one socket in CLOSING everywhere.</summary>
    internal sealed class CountingSource : ITcpSource
    {
        public TcpSourceKind Kind => TcpSourceKind.Procfs;

        public int Reads { get; private set; }

        public void Read(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
        {
            Reads++;
            snapshot[SocketFamily.Inet] = FamilyStatus.Read;
            snapshot[SocketFamily.Inet6] = FamilyStatus.Read;
            snapshot.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Closing, 1);
        }
    }
}
