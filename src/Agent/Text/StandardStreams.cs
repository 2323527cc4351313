using System.Runtime.InteropServices;
using System.Text;
using Agent.Tcp.Interop;
using Microsoft.Win32.SafeHandles;

namespace Agent.Text;

/// <summary>
/// The three descriptors that a program is started with, as they are: closed ones stay closed, and a failed write to
/// standard output is an <see cref="OutputException"/>. What is meant for standard error and cannot be written is lost:
/// an agent does not end for its log.
/// </summary>
internal static partial class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;
    private const int BufferSize = 64 * 1024;

    /// <summary><c>F_GETFD</c> and <c>FD_CLOEXEC</c>, include/uapi/asm-generic/fcntl.h.</summary>
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;

    private static readonly bool[] Inherited = [IsInherited(Input), IsInherited(Output), IsInherited(Error)];

    /// <summary>Standard output for bytes. What <see cref="Console.Out"/> holds back must be flushed before.</summary>
    public static Stream OutputBytes { get; } = new DescriptorStream(Output, Fault(Output), required: true);

    /// <summary>Has <see cref="Console.Out"/>, which is to be flushed, and <see cref="Console.Error"/> write by these rules.</summary>
    public static void TakeOver()
    {
        for (int descriptor = Input; descriptor <= Error; descriptor++)
        {
            if (!Inherited[descriptor])
            {
                // Where the number is free, the next file to be opened would get it, and with it what is meant for a terminal.
                _ = Libc.Open("/dev/null\0"u8);
            }
        }

        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.SetOut(new StreamWriter(OutputBytes, encoding, BufferSize));
        Console.SetError(new StreamWriter(new DescriptorStream(Error, Fault(Error), required: false), encoding) { AutoFlush = true });
    }

    /// <summary>Standard input for bytes.</summary>
    /// <exception cref="IOException">The program was started without.</exception>
    public static Stream OpenInput() => Inherited[Input]
        ? new FileStream(new SafeFileHandle(Input, ownsHandle: false), FileAccess.Read, bufferSize: 0)
        : throw new IOException("standard input is closed");

    private static int Fault(int descriptor) => Inherited[descriptor] ? 0 : Errno.EBADF;

    /// <summary>
    /// Whether the program was started with it. A closed number may be in use by now, by a pipe or file of the runtime; these
    /// are closed on exec, as no descriptor can be that was inherited over it.
    /// </summary>
    private static bool IsInherited(int descriptor)
    {
        int flags = fcntl(descriptor, GetFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command);
}
