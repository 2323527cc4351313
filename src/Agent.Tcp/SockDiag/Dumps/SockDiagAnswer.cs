namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>What the kernel answers to requests, put together out of the datagrams it comes in.</summary>
internal interface ISockDiagAnswer
{
    /// <summary>True when nothing more is to come, well or badly; <see cref="Result"/> says which.</summary>
    bool HasEnded { get; }

    SockDiagResult Result { get; }

    /// <summary>Takes one message, of whatever request and for whatever socket.</summary>
    void Take(NlMsgHdr header, ReadOnlySpan<byte> payload);

    /// <summary>What came is no message: it ends here, badly.</summary>
    void EndMalformed();
}

/// <summary>A datagram of netlink messages. Pure: whatever the bytes are, it does not throw.</summary>
internal static class SockDiagDatagram
{
    /// <summary>Hands its messages to an answer, until that has ended.</summary>
    public static void Feed<TAnswer>(ref TAnswer answer, ReadOnlySpan<byte> datagram)
        where TAnswer : struct, ISockDiagAnswer
    {
        if (datagram.IsEmpty)
        {
            answer.EndMalformed();
        }

        while (!datagram.IsEmpty && !answer.HasEnded)
        {
            if (NlMsgHdr.TryTake(ref datagram, out NlMsgHdr header, out ReadOnlySpan<byte> payload))
            {
                answer.Take(header, payload);
            }
            else
            {
                answer.EndMalformed();
            }
        }
    }
}
