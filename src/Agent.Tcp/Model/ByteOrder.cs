namespace Agent.Tcp;

/// <summary>The byte order of the machine that printed a table. The kernel prints addresses word by word as it holds them.</summary>
public enum ByteOrder : byte
{
    /// <summary>x86, arm64 and nearly every other machine in use: 127.0.0.1 is <c>0100007F</c>.</summary>
    Little = 0,

    /// <summary>s390x and some MIPS and PowerPC machines: 127.0.0.1 is <c>7F000001</c>.</summary>
    Big = 1,
}

internal static class ByteOrders
{
    public static ByteOrder OfThisMachine => BitConverter.IsLittleEndian ? ByteOrder.Little : ByteOrder.Big;
}
