namespace Agent.Tcp.Interop;

/// <summary>
/// bpf(2), as far as an iterator takes it (Documentation/bpf/bpf_iterators.rst). Each returns a descriptor, negative on
/// failure, with the error by <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
internal static unsafe partial class BpfLibc
{
    // enum bpf_cmd, enum bpf_prog_type and enum bpf_attach_type, include/uapi/linux/bpf.h.
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_LINK_CREATE = 28;
    private const int BPF_ITER_CREATE = 33;
    private const uint BPF_PROG_TYPE_TRACING = 26;
    private const uint BPF_TRACE_ITER = 28;

    /// <summary><c>__NR_bpf</c>: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h; 0 where it is not known.</summary>
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 321,
        Architecture.Arm64 => 280,
        _ => 0,
    };

    /// <summary>The kernel has some of what programs call do their work only for those whose license is compatible with its own.</summary>
    private static ReadOnlySpan<byte> License => "Dual MIT/GPL\0"u8;

    public static bool IsSupported => Number != 0 && BitConverter.IsLittleEndian;

    /// <summary>Loads an iterator's program. It shows in the kernel's list of programs until it is closed.</summary>
    /// <param name="instructions">The program.</param>
    /// <param name="iterator">What it is called for: the type of a function <c>bpf_iter_…</c> of the kernel.</param>
    public static int Load(ReadOnlySpan<ulong> instructions, uint iterator)
    {
        fixed (ulong* code = instructions)
        fixed (byte* license = License)
        {
            var attributes = new ProgramLoad
            {
                prog_type = BPF_PROG_TYPE_TRACING,
                insn_cnt = (uint)instructions.Length,
                insns = (ulong)code,
                license = (ulong)license,
                expected_attach_type = BPF_TRACE_ITER,
                attach_btf_id = iterator,
            };
            return (int)syscall(Number, BPF_PROG_LOAD, &attributes, sizeof(ProgramLoad));
        }
    }

    public static int Attach(int program)
    {
        // prog_fd, target_fd, attach_type, flags.
        uint* attributes = stackalloc uint[] { (uint)program, 0, BPF_TRACE_ITER, 0 };
        return (int)syscall(Number, BPF_LINK_CREATE, attributes, 4 * sizeof(uint));
    }

    /// <summary>Opens what the program writes, as a file that is read once.</summary>
    public static int Iterate(int link)
    {
        // link_fd, flags.
        uint* attributes = stackalloc uint[] { (uint)link, 0 };
        return (int)syscall(Number, BPF_ITER_CREATE, attributes, 2 * sizeof(uint));
    }

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial nint syscall(nint number, nint command, void* attributes, nint size);

    /// <summary>Of <c>union bpf_attr</c> what <c>BPF_PROG_LOAD</c> takes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct ProgramLoad
    {
        [FieldOffset(0)]
        public uint prog_type;

        [FieldOffset(4)]
        public uint insn_cnt;

        [FieldOffset(8)]
        public ulong insns;

        [FieldOffset(16)]
        public ulong license;

        [FieldOffset(68)]
        public uint expected_attach_type;

        [FieldOffset(108)]
        public uint attach_btf_id;
    }
}
