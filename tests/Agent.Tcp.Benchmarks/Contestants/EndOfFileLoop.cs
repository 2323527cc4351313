using Agent.Tcp.Benchmarks.Kernel;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>
/// What <c>cat</c> does, without its process: opens each file, reads through a buffer of cat's size until a read
/// returns 0, looks at nothing.
/// </summary>
internal static unsafe class EndOfFileLoop
{
    private const int OpenReadOnly = 0x80000;
    private static readonly byte[] Buffer = GC.AllocateUninitializedArray<byte>(128 * 1024, pinned: true);

    public static void Read(ReadOnlySpan<byte> path)
    {
        fixed (byte* name = path)
        fixed (byte* buffer = Buffer)
        {
            int descriptor = Native.Checked(Native.open(name, OpenReadOnly), "open");
            nint read;
            do
            {
                read = Native.read(descriptor, buffer, (nuint)Buffer.Length);
            }
            while (read > 0);
            _ = Native.close(descriptor);
        }
    }
}
