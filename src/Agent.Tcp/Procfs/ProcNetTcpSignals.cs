namespace Agent.Tcp.Procfs;

/// <summary>What one row tells beside its state. Pure; never throws, never allocates.</summary>
internal static class ProcNetTcpSignals
{
    private const int QueueDigits = 8;

    /// <summary>From the state to the columns after it: <c>hh tttttttt:rrrrrrrr TT:wwwwwwww nnnnnnnn</c>.</summary>
    private const int ToTransmit = 3;
    private const int ToReceive = ToTransmit + QueueDigits + 1;
    private const int ToTimer = ToReceive + QueueDigits + 1;
    private const int ToRetransmits = ToTimer + 2 + 1 + QueueDigits + 1;

    /// <summary>Nothing queued and no timer: so are most rows.</summary>
    private static ReadOnlySpan<byte> AtRest => "00000000:00000000 00"u8;

    /// <summary>Takes a row of the common shape, out of what follows its slot's colon.</summary>
    public static void Add(ReadOnlySpan<byte> body, SocketFamily family, int code, SocketSignals signals)
    {
        int state = ProcNetTcpShape.StateAt(family);
        if (code == (int)TcpState.Listen)
        {
            signals.Listeners?.Add(
                family, (ushort)Hex(body, ProcNetTcpShape.LocalPortAt(family), 4), Hex(body, state + ToReceive, QueueDigits), null);
        }
        else if (signals.WantsConnections && code != (int)TcpState.TimeWait
            && !body.Slice(state + ToTransmit, AtRest.Length).SequenceEqual(AtRest))
        {
            signals.AddConnection(
                family,
                Hex(body, state + ToTransmit, QueueDigits),
                Hex(body, state + ToReceive, QueueDigits),
                (byte)Hex(body, state + ToTimer, 2),
                Hex(body, state + ToRetransmits, QueueDigits));
        }
    }

    /// <summary>Takes a row of any shape.</summary>
    public static void Add(ref readonly ProcNetTcpRow row, SocketSignals signals)
    {
        if (row.Code == (int)TcpState.Listen)
        {
            signals.Listeners?.Add(row.Family, row.Local.Port, row.ReceiveQueue, null);
        }
        else
        {
            signals.AddConnection(row.Family, row.TransmitQueue, row.ReceiveQueue, row.Timer, row.Retransmits);
        }
    }

    /// <summary>The digits are known to be such.</summary>
    private static ulong Hex(ReadOnlySpan<byte> body, int start, int digits)
    {
        ulong value = 0;
        foreach (byte character in body.Slice(start, digits))
        {
            value = (value << 4) | (uint)AsciiNumber.HexDigit(character);
        }

        return value;
    }
}
