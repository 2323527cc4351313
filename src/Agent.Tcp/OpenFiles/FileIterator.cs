namespace Agent.Tcp.OpenFiles;

/// <summary>
/// Finds the processes that have sockets open by an iterator of the kernel, <c>bpf_iter_task_file</c>: a tenth of what
/// reading the links of open files costs. It needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, and Linux 5.11. Not thread-safe.
/// </summary>
/// <param name="procRoot">A procfs: that whose processes are looked for.</param>
internal sealed class FileIterator(string procRoot)
{
    private const string TypesFile = "/sys/kernel/btf/vmlinux";

    /// <summary>What the kernel gives at once, with pages of 4 KiB.</summary>
    private const int BufferSize = 32 * 1024;

    /// <summary>The types take 7 MB of memory for a moment, and at its limit the runtime may crash.</summary>
    private const long LeastMemory = 32 << 20;

    private SocketFileProgram? _program;
    private bool _isRefused;

    /// <summary>Reads all, in the order of PIDs.</summary>
    /// <param name="found">Takes them.</param>
    /// <param name="isOver">Whether to stop.</param>
    /// <returns>False where the kernel does not give them: the links are to be read.</returns>
    public bool TryRead(IOpenSockets found, Func<bool> isOver)
    {
        if (_isRefused || !BpfLibc.IsSupported || !IsOwnPidNamespace())
        {
            return false;
        }

        _program ??= HasMemory ? Program() : null;
        bool isRead = _program is not null && TryRead(_program, found, isOver);
        _isRefused = !isRead;
        return isRead;
    }

    /// <summary>How many files the node has open (<c>file-nr</c>, proc_sys_fs(5)): so many links there are at least. 0 where it is not told.</summary>
    public static long FilesOfNode() =>
        RegularFile.Try(() => RegularFile.ReadLines("/proc/sys/fs/file-nr").First()) is { } text
        && long.TryParse(text.Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long files)
            ? files
            : 0;

    private static bool HasMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false) > LeastMemory;

    private static SocketFileProgram? Program() =>
        RegularFile.Try(() => File.ReadAllBytes(TypesFile)) is { } types && KernelTypes.Parse(types) is { } parsed ? SocketFileProgram.For(parsed) : null;

    private static bool TryRead(SocketFileProgram program, IOpenSockets found, Func<bool> isOver)
    {
        int loaded = BpfLibc.Load(program.Instructions, program.Iterator);
        int link = loaded < 0 ? -1 : BpfLibc.Attach(loaded);
        int iterator = link < 0 ? -1 : BpfLibc.Iterate(link);
        bool isRead = iterator >= 0 && TryRead(iterator, found, isOver);
        foreach (int open in (ReadOnlySpan<int>)[iterator, link, loaded])
        {
            if (open >= 0)
            {
                Libc.Close(open);
            }
        }

        return isRead;
    }

    private static bool TryRead(int iterator, IOpenSockets found, Func<bool> isOver)
    {
        Span<SocketFile> rows = new SocketFile[BufferSize / SocketFile.Size];
        uint named = 0;
        while (!found.IsComplete && !isOver())
        {
            nint bytes = Libc.Read(iterator, MemoryMarshal.AsBytes(rows));
            if (bytes == 0)
            {
                return true;
            }

            // EAGAIN: a million files, and no socket among them (kernel/bpf/bpf_iter.c, MAX_ITER_OBJECTS).
            if (bytes < 0 && Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
            {
                return false;
            }

            for (int index = 0; index < (int)bytes / SocketFile.Size; index++)
            {
                ref SocketFile row = ref rows[index];
                uint pid = (uint)row.Pid;
                if (row.Inode is > 0 and <= uint.MaxValue && pid != 0 && found.Take((uint)row.Inode, pid) && named != pid)
                {
                    named = pid;
                    ReadOnlySpan<byte> command = row.Command;
                    found.Name(pid, command[..Math.Max(0, command.IndexOf((byte)0))]);
                }
            }
        }

        return true;
    }

    /// <summary>The kernel tells of the PID namespace that this process is in, which need not be that of the procfs.</summary>
    private bool IsOwnPidNamespace()
    {
        int root = Libc.Open(procRoot);
        if (root < 0)
        {
            return false;
        }

        Span<byte> self = stackalloc byte[16];
        nint length = Libc.ReadLink(root, "self\0"u8, self);
        Libc.Close(root);
        return length > 0 && AsciiNumber.TryDecimal(self[..(int)length], out ulong pid) && pid == (ulong)Environment.ProcessId;
    }
}
