using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.SockDiag.Dumps;

namespace Agent.Tcp.Tests.SockDiag.Sampling;

/// <summary>The two ports of a connection.</summary>
internal readonly record struct PortPair(ushort Local, ushort Remote);

/// <summary>
/// A kernel whose established connections have these ports, listed in this order: of each datagram it is asked for, those that
/// are there then. The round-trip time of a connection is its number, from 1.
/// </summary>
internal sealed class TableOfConnections(PortPair[] table) : ISockDiagTransport
{
    /// <summary>As many as the kernel puts in one.</summary>
    public const int RowsInDatagram = 80;

    private DiagMessages? _messages;
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
        return request.Length;
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        sender = 0;
        if (_place is not { } place)
        {
            return -Errno.EAGAIN;
        }

        int rows = Math.Clamp(Table.Length - place, 0, RowsInDatagram);
        byte[] datagram = rows == 0
            ? _messages!.Done()
            : DiagMessages.Datagram([.. Enumerable.Range(place, rows).Select(index => Row(Table[index], index + 1))]);
        _place = rows == 0 ? null : place + rows;
        datagram.CopyTo(buffer);
        return datagram.Length;
    }

    public int Wait(TimeSpan time) => 0;

    public void Dispose() => Close();

    private byte[] Row(PortPair ports, int number)
    {
        byte[] info = new byte[104];
        BitConverter.TryWriteBytes(info.AsSpan(68), number);
        return _messages!.Socket(ports.Local, ports.Remote, DiagMessages.Attribute(2, info));
    }
}
