namespace Agent.Tcp.OpenFiles;

/// <summary>
/// The program that the kernel runs for each open file of each process, as instructions of BPF
/// (Documentation/bpf/standardization/instruction-set.rst): it writes a <see cref="SocketFile"/> for each socket of any sort: an MPTCP socket's is not of TCP itself. The
/// kernel's verifier proves before that it ends, and that it reads nothing but what the types say.
/// </summary>
/// <param name="Iterator">The kernel's function that it is called for.</param>
/// <param name="Instructions">The program.</param>
internal sealed record SocketFileProgram(uint Iterator, ulong[] Instructions)
{
    // Registers: of results and arguments, kept over calls, and the stack's top.
    private const int R0 = 0, R1 = 1, R2 = 2, R3 = 3, Context = 6, File = 7, Leader = 7, Level = 8, Stack = 10;

    // Opcodes: loads and stores by size, 64-bit arithmetic, jumps.
    private const byte Load32 = 0x61, Load64 = 0x79, Store64 = 0x7B;
    private const byte Move = 0xBF, Set = 0xB7, Add = 0x07, AddRegister = 0x0F, ShiftLeft = 0x67;
    private const byte JumpIfEqual = 0x15, CallHelper = 0x85, Exit = 0x95;

    // enum bpf_func_id, include/uapi/linux/bpf.h. The last two are there since Linux 5.11.
    private const int ProbeReadKernel = 113, SeqWrite = 127, CurrentTask = 158, SockFromFile = 162;

    // struct bpf_iter__task_file, kernel/bpf/task_iter.c, and struct bpf_iter_meta, include/linux/bpf.h: fixed for programs.
    private const int MetaOfContext = 0, TaskOfContext = 8, FileOfContext = 24, SeqOfMeta = 0;

    /// <summary><c>struct upid</c>, include/linux/pid.h: a PID and its namespace, in 2^4 bytes.</summary>
    private const int UpidShift = 4;

    // Where on the stack.
    private const int Inode = -SocketFile.Size + SocketFile.InodeOffset;
    private const int Pid = -SocketFile.Size + SocketFile.PidOffset;
    private const int Command = -SocketFile.Size + SocketFile.CommandOffset;

    /// <summary>For a kernel of these types; null where one that it needs is missing, as before Linux 5.11.</summary>
    public static SocketFileProgram? For(KernelTypes types)
    {
        uint iterator = types.FunctionOf("bpf_iter_task_file"u8);
        uint task = types.ParameterOf(iterator, 1);
        int leader = types.OffsetOf(task, "group_leader"u8, out _);
        int threadPid = types.OffsetOf(task, "thread_pid"u8, out uint pidType);
        int level = types.OffsetOf(pidType, "level"u8, out _);
        int numbers = types.OffsetOf(pidType, "numbers"u8, out _);
        int command = types.OffsetOf(task, "comm"u8, out _);
        int inode = types.OffsetOf(types.ParameterOf(iterator, 3), "f_inode"u8, out uint inodeType);
        int number = types.OffsetOf(inodeType, "i_ino"u8, out _);
        if (((ReadOnlySpan<int>)[leader, threadPid, level, numbers, command, inode, number]).ContainsAnyInRange(int.MinValue, -1))
        {
            return null;
        }

        // Jumps past the end go to where it returns.
        const int end = int.MaxValue;
        (byte Code, int To, int From, int Offset, int Value)[] code =
        [
            (Move, Context, R1, 0, 0),
            (Load64, File, Context, FileOfContext, 0),
            (JumpIfEqual, File, 0, end, 0),

            (Move, R1, File, 0, 0),
            (CallHelper, 0, 0, 0, SockFromFile),
            (JumpIfEqual, R0, 0, end, 0),

            (Load64, R1, File, inode, 0),
            (Load64, R1, R1, number, 0),
            (Store64, Stack, R1, Inode, 0),

            (Load64, R1, Context, TaskOfContext, 0),
            (JumpIfEqual, R1, 0, end, 0),
            (Load64, Leader, R1, leader, 0),
            (Move, R1, Stack, 0, 0),
            (Add, R1, 0, 0, Command),
            (Set, R2, 0, 0, SocketFile.CommandSize),
            (Move, R3, Leader, 0, 0),
            (Add, R3, 0, 0, command),
            (CallHelper, 0, 0, 0, ProbeReadKernel),

            // Its PID in the PID namespace of whoever reads: leader->thread_pid->numbers[current->thread_pid->level].nr.
            (CallHelper, 0, 0, 0, CurrentTask),
            (Load64, R1, R0, threadPid, 0),
            (Load32, Level, R1, level, 0),
            (ShiftLeft, Level, 0, 0, UpidShift),
            (Move, R1, Stack, 0, 0),
            (Add, R1, 0, 0, Pid),
            (Set, R2, 0, 0, sizeof(ulong)),
            (Move, R3, Leader, 0, 0),
            (Add, R3, 0, 0, threadPid),
            (CallHelper, 0, 0, 0, ProbeReadKernel),
            (Load64, R3, Stack, Pid, 0),
            (AddRegister, R3, Level, 0, 0),
            (Add, R3, 0, 0, numbers),
            (Set, R1, 0, 0, 0),
            (Store64, Stack, R1, Pid, 0),
            (Move, R1, Stack, 0, 0),
            (Add, R1, 0, 0, Pid),
            (Set, R2, 0, 0, sizeof(uint)),
            (CallHelper, 0, 0, 0, ProbeReadKernel),

            (Load64, R1, Context, MetaOfContext, 0),
            (Load64, R1, R1, SeqOfMeta, 0),
            (Move, R2, Stack, 0, 0),
            (Add, R2, 0, 0, -SocketFile.Size),
            (Set, R3, 0, 0, SocketFile.Size),
            (CallHelper, 0, 0, 0, SeqWrite),

            (Set, R0, 0, 0, 0),
            (Exit, 0, 0, 0, 0),
        ];
        return new SocketFileProgram(iterator, [.. code.Select((one, at) => Encode(
            one.Code, one.To, one.From, one.Offset == end ? code.Length - 2 - (at + 1) : one.Offset, one.Value))]);
    }

    private static ulong Encode(byte code, int to, int from, int offset, int value) =>
        code | ((ulong)to << 8) | ((ulong)from << 12) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)value << 32);
}

/// <summary>A socket that a process has open, as the program writes it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct SocketFile
{
    public const int Size = 32, InodeOffset = 0, PidOffset = 8, CommandOffset = 16;

    /// <summary><c>TASK_COMM_LEN</c>, include/linux/sched.h.</summary>
    public const int CommandSize = 16;

    /// <summary>Of the socket, in the kernel's file system of sockets.</summary>
    [FieldOffset(InodeOffset)]
    public ulong Inode;

    /// <summary>Of the process, in the PID namespace of whoever reads; 0 where it has just ended.</summary>
    [FieldOffset(PidOffset)]
    public ulong Pid;

    /// <summary>The process's name, <c>comm</c>, up to a NUL byte.</summary>
    [FieldOffset(CommandOffset)]
    public CommandName Command;

    [System.Runtime.CompilerServices.InlineArray(CommandSize)]
    internal struct CommandName
    {
        private byte _first;
    }
}
