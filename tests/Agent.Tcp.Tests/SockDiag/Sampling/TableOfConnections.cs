using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.SockDiag.Dumps;

namespace Agent.Tcp.Tests.SockDiag.Sampling;

/// <summary>The two ports of a connection.</summary>
internal readonly record struct PortPair(ushort Local, ushort Remote);

/// <summary>
/// A kernel whose established connections have these ports, listed in this order: of each datagram it is asked for, those that
/// are there then and pass the request's filter. The round-trip time of a connection is its number, from 1.
/// </summary>
internal sealed class TableOfConnections(PortPair[] table, bool knowsFilters = true) : ISockDiagTransport
{
    /// <summary>As many as the kernel puts in one.</summary>
    public const int RowsInDatagram = 80;

    private DiagMessages? _messages;
    private byte[] _filter = [];
    private int? _place;

    /// <summary>What there is; may change at any time.</summary>
    public PortPair[] Table { get; set; } = table;

    /// <summary>Dumps that were asked for.</summary>
    public int Dumps { get; private set; }

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
        _place = null;
    }

    public int Send(ReadOnlySpan<byte> request)
    {
        if (_place is not null)
        {
            // EBUSY: a socket has one dump at a time.
            return -16;
        }

        Dumps++;
        _messages = new DiagMessages(MemoryMarshal.Read<NlMsgHdr>(request).nlmsg_seq, Port);
        _place = 0;
        ReadOnlySpan<byte> filter = request[(NlMsgHdr.Size + InetDiagReq.Size)..];
        _filter = filter.IsEmpty || !knowsFilters ? [] : filter[4..].ToArray();
        return request.Length;
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        if (_place is not { } place)
        {
            return -Errno.EAGAIN;
        }

        var rows = new List<byte[]>();
        for (; place < Table.Length && rows.Count < RowsInDatagram; place++)
        {
            if (Accepts(_filter, Table[place]))
            {
                rows.Add(Row(Table[place], place + 1));
            }
        }

        byte[] datagram = rows.Count == 0 ? _messages!.Done() : DiagMessages.Datagram([.. rows]);
        _place = rows.Count == 0 ? null : place;
        datagram.CopyTo(buffer);
        return datagram.Length;
    }

    public int Wait(TimeSpan time) => 0;

    public void Dispose() => Close();

    /// <summary>As <c>inet_diag_bc_run</c> (net/ipv4/inet_diag.c) runs comparisons of ports, and jumps.</summary>
    public static bool Accepts(ReadOnlySpan<byte> code, PortPair ports)
    {
        int left = code.Length;
        while (left > 0)
        {
            ReadOnlySpan<byte> operation = code[^left..];
            ushort port = operation.Length >= 8 ? MemoryMarshal.Read<ushort>(operation[6..]) : (ushort)0;
            bool holds = operation[0] switch
            {
                2 => ports.Local >= port,
                3 => ports.Local <= port,
                4 => ports.Remote >= port,
                5 => ports.Remote <= port,
                _ => false,
            };
            left -= holds ? operation[1] : MemoryMarshal.Read<ushort>(operation[2..]);
        }

        return left == 0;
    }

    private byte[] Row(PortPair ports, int number)
    {
        byte[] info = new byte[104];
        BitConverter.TryWriteBytes(info.AsSpan(68), number);
        return _messages!.Socket(ports.Local, ports.Remote, DiagMessages.Attribute(2, info));
    }
}
