namespace Agent.Tcp.Interop;

/// <summary>
/// Walks an open directory, through a buffer that getdents64 fills with <c>struct linux_dirent64</c>, include/linux/dirent.h,
/// one after another. A record that does not fit the buffer ends the walk through what the buffer holds.
/// </summary>
internal ref struct DirectoryEntries(int directory, Span<byte> buffer)
{
    // d_ino: u64 at 0; d_off: s64 at 8; d_reclen: u16 at 16; d_type: u8 at 18; d_name: to a NUL byte, from 19.
    private const int LengthOffset = 16;
    private const int NameOffset = 19;

    private readonly Span<byte> _buffer = buffer;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Walks a buffer that has been filled, alone.</summary>
    public DirectoryEntries(ReadOnlySpan<byte> filled)
        : this(directory: -1, buffer: default) => _rest = filled;

    /// <summary>The error number of listing the directory; 0 while there was none.</summary>
    public int Error { get; private set; }

    /// <summary>The next entry. In the buffer, its name is followed by a NUL byte, as system calls take it.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out ulong inode)
    {
        while (!TryTake(out name, out inode))
        {
            nint bytes = Libc.ReadDirectory(directory, _buffer);
            if (bytes <= 0)
            {
                Error = bytes < 0 ? Marshal.GetLastPInvokeError() : 0;
                return false;
            }

            _rest = _buffer[..(int)bytes];
        }

        return true;
    }

    private bool TryTake(out ReadOnlySpan<byte> name, out ulong inode)
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
