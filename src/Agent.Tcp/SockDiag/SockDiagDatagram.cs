namespace Agent.Tcp.SockDiag;

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
