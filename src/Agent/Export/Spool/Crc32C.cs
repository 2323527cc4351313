using System.Numerics;
using System.Runtime.InteropServices;

namespace Agent.Export.Spool;

/// <summary>CRC-32C (Castagnoli; RFC 9260, appendix A), by the processor's instruction.</summary>
internal struct Crc32C()
{
    private uint _state = uint.MaxValue;

    public readonly uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            _state = BitOperations.Crc32C(_state, eight);
        }

        foreach (byte one in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..])
        {
            _state = BitOperations.Crc32C(_state, one);
        }
    }
}
