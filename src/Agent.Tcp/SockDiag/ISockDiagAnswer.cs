namespace Agent.Tcp.SockDiag;

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
