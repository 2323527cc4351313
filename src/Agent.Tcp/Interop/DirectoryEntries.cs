namespace Agent.Tcp.Interop;

/// <summary>
/// Walks what getdents64 filled a buffer with: <c>struct linux_dirent64</c>, include/linux/dirent.h, one after
/// another. A record that does not fit its buffer ends the walk.
/// </summary>
internal ref struct DirectoryEntries(ReadOnlySpan<byte> buffer)
{
    // d_ino: u64 at 0; d_off: s64 at 8; d_reclen: u16 at 16; d_type: u8 at 18; d_name: to a NUL byte, from 19.
    private const int LengthOffset = 16;
    private const int NameOffset = 19;

    private ReadOnlySpan<byte> _rest = buffer;

    /// <summary>The next entry. In the buffer, its name is followed by a NUL byte, as system calls take it.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out ulong inode)
    {
        name = default;
        inode = 0;
        if (_rest.Length <= NameOffset)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest[LengthOffset..]);
        if (length <= NameOffset || length > _rest.Length)
        {
            return false;
        }

        inode = MemoryMarshal.Read<ulong>(_rest);
        ReadOnlySpan<byte> padded = _rest[NameOffset..length];
        int end = padded.IndexOf((byte)0);
        name = end < 0 ? padded : padded[..end];
        _rest = _rest[length..];
        return true;
    }
}
