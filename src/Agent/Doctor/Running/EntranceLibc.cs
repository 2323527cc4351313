using System.Runtime.CompilerServices;

namespace Agent.Doctor.Running;

/// <summary>
/// What a thread changes before it starts a program. A descriptor of -1 changes nothing. A user and a group are the real,
/// effective and saved ID; the capabilities are a mask of those to keep.
/// </summary>
internal sealed record EntrancePlan(
    int CgroupNamespace, int NetworkNamespace, int PidNamespace, int MountNamespace, int Root, int WorkingDirectory,
    uint[] User, uint[] Group, uint[] Groups, ulong Capabilities, bool NoNewPrivileges);

/// <summary>System calls that change one thread, and start a program from it.</summary>
internal static unsafe partial class EntranceLibc
{
    // include/uapi/linux/sched.h.
    private const int CloneFs = 0x200, NewMount = 0x20000, NewCgroup = 0x2000000, NewPid = 0x20000000;

    // include/uapi/linux/prctl.h.
    private const int KeepCapabilities = 8, DropBounding = 24, NoNewPrivileges = 38, Ambient = 47, AmbientRaise = 2;

    /// <summary><c>_LINUX_CAPABILITY_VERSION_3</c>, include/uapi/linux/capability.h.</summary>
    private const uint CapabilityVersion = 0x20080522;

    /// <summary><c>O_PATH | O_CLOEXEC</c>, include/uapi/asm-generic/fcntl.h: a location, which needs no read permission.</summary>
    public const int OpenPath = 0x200000 | 0x80000;

    /// <summary>
    /// <c>__NR_setgroups</c>, <c>__NR_setresgid</c>, <c>__NR_setresuid</c>, with 32-bit IDs: the functions of the C library
    /// change every thread of the process, which could not remove its own files at its end then.
    /// </summary>
    private static readonly (nint Groups, nint Group, nint User) Numbers = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (116, 119, 117),
        Architecture.X86 or Architecture.Arm or Architecture.S390x => (206, 210, 208),
        Architecture.Ppc64le => (81, 169, 164),
        _ => (159, 149, 147),
    };

    /// <summary>
    /// Changes the calling thread as far as the kernel allows, and starts a program from it: 0, or the error number of the
    /// start. Only for a thread that ends right after. The arguments within are those of a program in the plan's PID namespace.
    /// </summary>
    /// <remarks>
    /// Only system calls once the thread has changed namespaces: the runtime would look for its own files in the other mount
    /// namespace, and cannot create threads once children start in another PID namespace. Hence no tiering and no allocation,
    /// and each function is called once before, with arguments that change nothing, to bind it.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Spawn(EntrancePlan plan, byte* path, byte** arguments, byte** argumentsWithin, byte** environment, int* child)
    {
        (nint setgroups, nint setresgid, nint setresuid) = Numbers;
        byte* here = stackalloc byte[2] { (byte)'.', 0 };
        uint* header = stackalloc uint[2] { CapabilityVersion, 0 };
        uint low = (uint)plan.Capabilities, high = (uint)(plan.Capabilities >> 32);

        // Effective, permitted, inheritable; then the same of the capabilities above 31.
        uint* sets = stackalloc uint[6] { low, low, low, high, high, high };
        _ = unshare(0);
        _ = NamespaceLibc.setns(-1, 0);
        _ = fchdir(-1);
        _ = chroot(null);
        _ = prctl(-1, 0, 0, 0, 0);
        _ = capset(null, null);
        _ = syscall(-1, 0, 0, 0);
        _ = posix_spawn(child, here + 1, null, null, arguments, environment);

        // A thread that shares its root and working directory with others may not enter a mount namespace.
        _ = unshare(CloneFs);
        _ = NamespaceLibc.setns(plan.CgroupNamespace, NewCgroup);
        _ = NamespaceLibc.setns(plan.NetworkNamespace, NamespaceLibc.NewNet);
        bool isWithin = NamespaceLibc.setns(plan.PidNamespace, NewPid) == 0;
        _ = NamespaceLibc.setns(plan.MountNamespace, NewMount);
        if (fchdir(plan.Root) == 0)
        {
            _ = chroot(here);
        }

        _ = fchdir(plan.WorkingDirectory);

        // exec gives root the bounding set, and other users the ambient set.
        for (int capability = 0; capability < 64; capability++)
        {
            if ((plan.Capabilities >> capability & 1) == 0)
            {
                _ = prctl(DropBounding, capability, 0, 0, 0);
            }
        }

        _ = prctl(KeepCapabilities, 1, 0, 0, 0);
        fixed (uint* groups = plan.Groups)
        {
            _ = syscall(setgroups, plan.Groups.Length, (nint)groups, 0);
        }

        _ = syscall(setresgid, (nint)plan.Group[0], (nint)plan.Group[1], (nint)plan.Group[2]);
        _ = syscall(setresuid, (nint)plan.User[0], (nint)plan.User[1], (nint)plan.User[2]);
        _ = capset(header, sets);
        for (int capability = 0; capability < 64; capability++)
        {
            if ((plan.Capabilities >> capability & 1) != 0)
            {
                _ = prctl(Ambient, AmbientRaise, capability, 0, 0);
            }
        }

        if (plan.NoNewPrivileges)
        {
            _ = prctl(NoNewPrivileges, 1, 0, 0, 0);
        }

        return posix_spawn(child, path, null, null, isWithin ? argumentsWithin : arguments, environment);
    }

    /// <summary>Waits for a child to end: its exit code, or 128 plus the number of the signal that ended it, as shells show it.</summary>
    public static int Wait(int child)
    {
        int status;
        while (waitpid(child, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw new InvalidOperationException($"waitpid: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        int signal = status & 0x7F;
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal;
    }

    [LibraryImport(Libc.Library)]
    private static partial int unshare(int flags);

    [LibraryImport(Libc.Library)]
    private static partial int fchdir(int descriptor);

    [LibraryImport(Libc.Library)]
    private static partial int chroot(byte* path);

    [LibraryImport(Libc.Library)]
    private static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport(Libc.Library)]
    private static partial int capset(uint* header, uint* sets);

    [LibraryImport(Libc.Library)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);

    [LibraryImport(Libc.Library)]
    private static partial int posix_spawn(int* child, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial int waitpid(int child, int* status, int options);
}

/// <summary>Strings for <c>execve(2)</c>: pointers to NUL-terminated bytes, and a null pointer after the last.</summary>
internal sealed unsafe class ExecStrings
{
    private readonly byte[] _text;
    private readonly nint[] _pointers;

    /// <summary>Copies the strings to pinned memory.</summary>
    /// <param name="text">Each string ends with a NUL byte; what follows the last one is ignored.</param>
    public ExecStrings(ReadOnlySpan<byte> text)
    {
        _text = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        text.CopyTo(_text);
        _pointers = GC.AllocateArray<nint>(text.Count((byte)0) + 1, pinned: true);
        int start = 0;
        for (int index = 0; index < _pointers.Length - 1; index++)
        {
            _pointers[index] = Marshal.UnsafeAddrOfPinnedArrayElement(_text, start);
            start += text[start..].IndexOf((byte)0) + 1;
        }
    }

    public byte** Pointers => (byte**)Marshal.UnsafeAddrOfPinnedArrayElement(_pointers, 0);

    public byte* First => *Pointers;
}
