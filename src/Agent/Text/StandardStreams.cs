using Microsoft.Win32.SafeHandles;

namespace Agent.Text;

/// <summary>
/// The three descriptors that a program is started with, unchanged: closed ones stay closed, and a failed write to standard
/// output is an <see cref="OutputException"/>. What cannot be written to standard error is lost: the agent does not stop
/// because of its log.
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

    /// <summary>Standard output for bytes. Flush <see cref="Console.Out"/> before using it.</summary>
    public static Stream OutputBytes { get; } = new DescriptorStream(Output, Fault(Output), required: true);

    /// <summary>Redirects <see cref="Console.Out"/>, which must be flushed, and <see cref="Console.Error"/> to these streams.</summary>
    public static void TakeOver()
    {
        for (int descriptor = Input; descriptor <= Error; descriptor++)
        {
            if (!Inherited[descriptor])
            {
                // Otherwise the next file that is opened would get the number, and with it the output meant for a terminal.
                _ = Libc.Open("/dev/null");
            }
        }

        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.SetOut(new StreamWriter(OutputBytes, encoding, BufferSize));
        Console.SetError(new StreamWriter(new DescriptorStream(Error, Fault(Error), required: false), encoding) { AutoFlush = true });
    }

    /// <summary>Standard input for bytes.</summary>
    /// <exception cref="IOException">The program was started without it.</exception>
    public static Stream OpenInput() => Inherited[Input]
        ? new FileStream(new SafeFileHandle(Input, ownsHandle: false), FileAccess.Read, bufferSize: 0)
        : throw new IOException("standard input is closed");

    private static int Fault(int descriptor) => Inherited[descriptor] ? 0 : Errno.EBADF;

    /// <summary>
    /// Whether the program was started with it. By now the runtime may use a closed number for a pipe or file of its own; those
    /// are close-on-exec, which an inherited descriptor cannot be.
    /// </summary>
    private static bool IsInherited(int descriptor)
    {
        int flags = fcntl(descriptor, GetFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command);
}

/// <summary>Standard output cannot be written. Not an <see cref="IOException"/>, so that it is not mistaken for that of an input.</summary>
internal sealed class OutputException(int errorNumber)
    : Exception($"cannot write standard output: {Marshal.GetPInvokeErrorMessage(errorNumber)}")
{
    /// <summary>The reader has closed the pipe, as <c>head</c> does when it has enough.</summary>
    public bool IsClosedPipe => errorNumber == Errno.EPIPE;
}

/// <summary>
/// Writes to a descriptor by <c>write(2)</c>. The console's own stream reports success on a closed pipe; a FileStream writes a
/// file at its own offset, over the output of a previous program. A fault is the errno of a descriptor that is closed from
/// the start; unless it is required, what cannot be written is lost.
/// </summary>
internal sealed class DescriptorStream(int descriptor, int fault, bool required) : Stream
{
    /// <summary><c>POLLOUT</c>, include/uapi/asm-generic/poll.h.</summary>
    private const short PollOut = 4;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int error = fault;
        while (error == 0 && !buffer.IsEmpty)
        {
            error = WriteSome(ref buffer);
        }

        if (error != 0 && required)
        {
            throw new OutputException(error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Removes what was written from the buffer; returns the errno that ends writing, or 0.</summary>
    private int WriteSome(ref ReadOnlySpan<byte> buffer)
    {
        nint written = Libc.Write(descriptor, buffer);
        if (written >= 0)
        {
            buffer = buffer[(int)written..];
            return 0;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Errno.EAGAIN)
        {
            // Another process made the terminal or pipe non-blocking.
            _ = Libc.Wait(descriptor, PollOut, milliseconds: -1);
        }

        return error is Errno.EAGAIN or Errno.EINTR ? 0 : error;
    }
}
