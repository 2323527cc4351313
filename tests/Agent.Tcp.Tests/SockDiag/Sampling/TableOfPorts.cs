using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;
using Agent.Tcp.Tests.SockDiag.Dumps;

namespace Agent.Tcp.Tests.SockDiag.Sampling;

/// <summary>
/// A kernel whose established connections have these ports, listed in this order. It knows the filters that are asked for.
/// The round-trip time of a connection is its number, from 1.
/// </summary>
internal sealed class TableOfPorts(PortPair[] table, bool knowsFilters = true) : ISockDiagTransport
{
    private const int RowsInDatagram = 100;

    private readonly Queue<byte[]> _datagrams = [];

    /// <summary>What there is; may change between two dumps.</summary>
    public PortPair[] Table { get; set; } = table;

    /// <summary>Rows of the last request.</summary>
    public int Listed { get; private set; }

    public bool IsOpen { get; private set; }

    public uint Port => 7;

    public int Open()
    {
        IsOpen = true;
        return 0;
    }

    public void Close()
    {
        IsOpen = false;
        _datagrams.Clear();
    }

    public int Send(ReadOnlySpan<byte> request)
    {
        _datagrams.Clear();
        uint sequence = MemoryMarshal.Read<NlMsgHdr>(request).nlmsg_seq;
        var messages = new DiagMessages(sequence, Port);
        bool withInfo = MemoryMarshal.Read<InetDiagReq>(request[NlMsgHdr.Size..]).idiag_ext != 0;
        PortCell cell = knowsFilters ? CellOf(request[(NlMsgHdr.Size + InetDiagReq.Size)..]) : PortCell.All;
        byte[][] rows =
        [
            .. Enumerable.Range(0, Table.Length).Where(index => cell.Contains(Table[index]))
                .Select(index => Row(messages, Table[index], index + 1, withInfo)),
        ];
        Listed = rows.Length;
        foreach (byte[][] some in rows.Chunk(RowsInDatagram))
        {
            _datagrams.Enqueue(DiagMessages.Datagram(some));
        }

        _datagrams.Enqueue(messages.Done());
        return request.Length;
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        byte[] datagram = _datagrams.Dequeue();
        datagram.CopyTo(buffer);
        return datagram.Length;
    }

    public int Wait(TimeSpan time) => 1;

    public void Dispose() => Close();

    private static byte[] Row(DiagMessages messages, PortPair ports, int number, bool withInfo)
    {
        byte[] info = new byte[104];
        BitConverter.TryWriteBytes(info.AsSpan(68), number);
        return messages.Socket(ports.Local, ports.Remote, withInfo ? DiagMessages.Attribute(2, info) : []);
    }

    /// <summary>The four ports of <see cref="PortFilterCode"/>.</summary>
    private static PortCell CellOf(ReadOnlySpan<byte> filter) => filter.IsEmpty
        ? PortCell.All
        : new(PortAt(filter, 0), PortAt(filter, 1), PortAt(filter, 2), PortAt(filter, 3));

    private static ushort PortAt(ReadOnlySpan<byte> filter, int comparison) => MemoryMarshal.Read<ushort>(filter[(10 + (8 * comparison))..]);
}
