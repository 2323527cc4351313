using System.Runtime.CompilerServices;

namespace Agent.Tcp.Interop;

/// <summary>What <see cref="NamespaceLibc.Visit"/> found.</summary>
/// <param name="Entered">False when the thread never left its own namespace.</param>
/// <param name="ErrorNumber">Why not, or why there is no socket.</param>
/// <param name="Inode"><c>st_ino</c> of the thread's own <c>net/tcp</c> while it was inside.</param>
/// <param name="HasInet6">Whether the namespace has a <c>tcp6</c>.</param>
/// <param name="Descriptor">The netlink socket that was opened inside, not yet bound; negative for none.</param>
internal readonly record struct NamespaceVisit(bool Entered, int ErrorNumber, ulong Inode, bool HasInet6, int Descriptor);

/// <summary>Opening a netlink socket inside another network namespace, and staying in one.</summary>
/// <remarks>
/// What is called here does not fetch the errno, as most declarations of <see cref="Libc"/> do: the runtime may compile that
/// code anew, and inside there must be nothing but system calls.
/// </remarks>
internal static unsafe partial class NamespaceLibc
{
    /// <summary><c>CLONE_NEWNET</c>, include/uapi/linux/sched.h.</summary>
    public const int NewNet = 0x40000000;

    /// <summary><c>O_RDONLY | O_CLOEXEC</c>, asm-generic/fcntl.h.</summary>
    private const int OpenReadOnly = 0x80000;

    /// <summary><c>STATX_INO</c>, linux/stat.h.</summary>
    private const uint StatxInode = 0x100;

    /// <summary>
    /// Takes the calling thread into the namespace, opens a netlink socket there when it is the expected one, and goes
    /// back. Only for a thread that ends right after: going back can fail.
    /// </summary>
    /// <remarks>
    /// Between the two <c>setns</c> there is nothing but system calls. Threads inherit the namespace of the one that
    /// makes them, and the runtime makes threads of its own when methods are first called, called often, or allocate:
    /// one made inside would stay there, and keep the namespace from ending. Hence no tiering, no allocation, no call
    /// that is bound on first use, and the errno is fetched after.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static NamespaceVisit Visit(
        int target, int home, ulong expected, ReadOnlySpan<byte> table, ReadOnlySpan<byte> table6)
    {
        Statx status;
        ulong inode = 0;
        bool hasInet6 = false;
        bool entered;
        int descriptor = -1;
        fixed (byte* path = table, path6 = table6)
        {
            // Each once where it changes nothing, which binds it.
            _ = Libc.statx(Libc.CurrentDirectory, path, 0, StatxInode, &status);
            _ = socket(-1, 0, 0);
            _ = setns(-1, NewNet);

            entered = setns(target, NewNet) == 0;
            if (entered)
            {
                inode = Libc.statx(Libc.CurrentDirectory, path, 0, StatxInode, &status) == 0 ? status.stx_ino : 0;
                hasInet6 = Libc.statx(Libc.CurrentDirectory, path6, 0, StatxInode, &status) == 0;
                if (inode == expected)
                {
                    descriptor = socket(NetlinkLibc.AddressFamily, NetlinkLibc.RawCloseOnExec, NetlinkLibc.SockDiag);
                }

                // Leaves errno alone unless it fails, and then the thread ends in the other namespace.
                _ = setns(home, NewNet);
            }
        }

        int error = descriptor < 0 && (!entered || inode == expected) ? Marshal.GetLastSystemError() : 0;
        return new NamespaceVisit(entered, error, inode, hasInet6, descriptor);
    }

    /// <summary>
    /// Takes the calling thread into the namespace, opens two files there when it is the expected one, and goes back. An open
    /// file of <c>/proc/sys/net</c> stays that of the namespace it was opened in.
    /// </summary>
    /// <returns>False when they are not those of the expected namespace; a descriptor that could not be opened is negative.</returns>
    /// <remarks>As in <see cref="Visit"/>, there is nothing but system calls inside, and the thread must end right after.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryOpen(
        int target,
        int home,
        ulong expected,
        ReadOnlySpan<byte> table,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        out int firstDescriptor,
        out int secondDescriptor)
    {
        Statx status;
        int opened = -1;
        int opened2 = -1;
        bool isExpected = false;
        fixed (byte* path = table, path1 = first, path2 = second)
        {
            _ = Libc.statx(Libc.CurrentDirectory, path, 0, StatxInode, &status);
            _ = openat(Libc.CurrentDirectory, null, OpenReadOnly);
            _ = setns(-1, NewNet);

            if (setns(target, NewNet) == 0)
            {
                isExpected = Libc.statx(Libc.CurrentDirectory, path, 0, StatxInode, &status) == 0 && status.stx_ino == expected;
                if (isExpected)
                {
                    opened = openat(Libc.CurrentDirectory, path1, OpenReadOnly);
                    opened2 = openat(Libc.CurrentDirectory, path2, OpenReadOnly);
                }

                _ = setns(home, NewNet);
            }
        }

        firstDescriptor = opened;
        secondDescriptor = opened2;
        return isExpected;
    }

    /// <summary>
    /// Takes the calling thread into the namespace, signals the first event descriptor, sleeps until the second is
    /// signalled, and goes back: 0, or the error number of entering, and then nothing was signalled.
    /// </summary>
    /// <remarks>As in <see cref="Visit"/>, there is nothing but system calls inside.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Stay(int target, int home, int entered, int leave)
    {
        ulong value = 1;
        _ = setns(-1, NewNet);
        _ = write(-1, &value, sizeof(ulong));
        _ = read(-1, &value, sizeof(ulong));

        if (setns(target, NewNet) != 0)
        {
            return Marshal.GetLastSystemError();
        }

        _ = write(entered, &value, sizeof(ulong));

        // Interrupted by a signal, and nothing else, it is to wait on.
        while (read(leave, &value, sizeof(ulong)) < 0)
        {
        }

        _ = setns(home, NewNet);
        return 0;
    }

    [LibraryImport(Libc.Library)]
    internal static partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport(Libc.Library)]
    internal static partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport(Libc.Library)]
    private static partial int openat(int directory, byte* path, int flags);

    [LibraryImport(Libc.Library)]
    internal static partial int setns(int descriptor, int kind);

    [LibraryImport(Libc.Library)]
    private static partial int socket(int domain, int type, int protocol);
}

/// <summary>An eventfd (eventfd(2)), on which a thread can wait by nothing but a system call.</summary>
internal sealed unsafe partial class EventDescriptor : IDisposable
{
    /// <summary><c>EFD_CLOEXEC</c>, the value of O_CLOEXEC.</summary>
    private const int CloseOnExec = 0x80000;

    /// <summary>Negative when there is none: the limit of open files is reached.</summary>
    public int Descriptor { get; } = eventfd(0, CloseOnExec);

    public void Signal()
    {
        ulong one = 1;
        _ = NamespaceLibc.write(Descriptor, &one, sizeof(ulong));
    }

    public void Wait()
    {
        ulong value;
        while (NamespaceLibc.read(Descriptor, &value, sizeof(ulong)) < 0 && Marshal.GetLastSystemError() == Errno.EINTR)
        {
        }
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            Libc.Close(Descriptor);
        }
    }

    [LibraryImport(Libc.Library)]
    private static partial int eventfd(uint value, int flags);
}
