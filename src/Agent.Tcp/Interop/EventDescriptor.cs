using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

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
        _ = write(Descriptor, &one, sizeof(ulong));
    }

    public void Wait()
    {
        ulong value;
        while (read(Descriptor, &value, sizeof(ulong)) < 0 && Marshal.GetLastSystemError() == Errno.EINTR)
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

    [LibraryImport("libc")]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, void* buffer, nuint count);
}
