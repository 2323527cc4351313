namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>The processes in a proc root, by PID. Reused: listing again allocates only to grow.</summary>
internal sealed class ProcessListing
{
    private const int FirstCapacity = 512;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(32 * 1024, pinned: true);
    private ListedProcess[] _processes = new ListedProcess[FirstCapacity];
    private int _count;

    public ReadOnlySpan<ListedProcess> Processes => _processes.AsSpan(0, _count);

    /// <summary>Lists an open directory: 0, or the error number. After an error the listing is of no use.</summary>
    public int Read(int directory)
    {
        _count = 0;
        var entries = new DirectoryEntries(directory, _buffer);
        while (entries.TryNext(out ReadOnlySpan<byte> name, out ulong inode))
        {
            if (AsciiNumber.TryDecimal(name, out ulong pid) && pid is > 0 and <= int.MaxValue)
            {
                Add(new ListedProcess((int)pid, inode));
            }
        }

        Order();
        return entries.Error;
    }

    /// <summary>Adds one that the directory does not list. <see cref="Order"/> is to follow.</summary>
    public void Add(ListedProcess process)
    {
        if (_count == _processes.Length)
        {
            Array.Resize(ref _processes, 2 * _count);
        }

        _processes[_count++] = process;
    }

    /// <summary>procfs lists in the order of PIDs; only other file systems, and threads, need sorting.</summary>
    public void Order()
    {
        Span<ListedProcess> processes = _processes.AsSpan(0, _count);
        for (int index = 1; index < processes.Length; index++)
        {
            if (processes[index - 1].Pid > processes[index].Pid)
            {
                processes.Sort(static (left, right) => left.Pid.CompareTo(right.Pid));
                return;
            }
        }
    }
}
