using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>
/// Runs code on a thread of its own that has moved to a new, empty network namespace with only loopback, which dies
/// with the thread and its sockets. Only that thread, and what it opens, is in it.
/// </summary>
internal static unsafe partial class NamespaceThread
{
    /// <summary><c>CLONE_NEWNET</c>, include/uapi/linux/sched.h.</summary>
    private const int NewNet = 0x40000000;

    /// <summary><c>SIOCSIFFLAGS</c>, include/uapi/linux/sockios.h.</summary>
    private const nuint SetInterfaceFlags = 0x8914;

    /// <summary>Runs <paramref name="body"/> with the namespace as it can be read by any thread of this process.</summary>
    public static void Run(Action<TcpNamespace> body)
    {
        ExceptionDispatchInfo? failure = null;
        int refused = 0;
        var thread = new Thread(() =>
        {
            try
            {
                if (unshare(NewNet) != 0)
                {
                    refused = Marshal.GetLastPInvokeError();
                    return;
                }

                RaiseLoopback();
                body(Current());
            }
#pragma warning disable CA1031 // Rethrown on the test's own thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        Assert.SkipUnless(
            refused == 0,
            $"needs root (CAP_SYS_ADMIN) to make a network namespace: unshare said {Marshal.GetPInvokeErrorMessage(refused)}");
    }

    private static TcpNamespace Current()
    {
        string task = $"self/task/{gettid().ToString(CultureInfo.InvariantCulture)}";
        ulong inode = Libc.Inode(ProcPath.OfNet("/proc", task, "tcp").Bytes);
        return new TcpNamespace("/proc", task, NamespaceKind.Other, inode);
    }

    /// <summary><c>struct ifreq</c> of include/uapi/linux/if.h: 16 bytes of name, then <c>ifr_flags</c>; 40 bytes in all.</summary>
    private static void RaiseLoopback()
    {
        const int Up = 1;
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        request[16] = Up;
        int descriptor = socket(2, 2 | 0x80000, 0);
        int result = ioctl(descriptor, SetInterfaceFlags, request);
        int error = Marshal.GetLastPInvokeError();
        Libc.Close(descriptor);
        Assert.True(result == 0, $"raising loopback: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, byte* argument);
}
