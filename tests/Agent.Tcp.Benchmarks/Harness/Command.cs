using System.Globalization;
using System.Runtime.InteropServices;
using Agent.Tcp.Benchmarks.Kernel;

namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>
/// Runs a program to its end and tells the CPU time of exactly that process, by <c>wait4</c>. Its environment is bare
/// (<c>LC_ALL=C</c>), which is how it starts fastest.
/// </summary>
internal static unsafe class Command
{
    /// <summary>Room for glibc's <c>posix_spawn_file_actions_t</c> (80 bytes).</summary>
    private const int FileActionsSize = 256;

    // include/uapi/asm-generic/fcntl.h: O_WRONLY | O_CREAT | O_TRUNC
    private const int WriteNew = 0x241;
    private const uint OwnerReadWrite = 0x180;
    private const int StandardOutput = 1;

    /// <summary>Runs the program with the given arguments.</summary>
    /// <returns>User and system time in nanoseconds.</returns>
    /// <exception cref="IOException">It could not be started, or did not exit with 0.</exception>
    public static long Run(ReadOnlySpan<string> line, string outputPath = "/dev/null")
    {
        Native.ResourceUsage usage = Wait(Spawn(line, outputPath), line[0])!.Value;
        return (usage.UserMicroseconds + usage.SystemMicroseconds) * 1000;
    }

    /// <summary>Waits for the end of a program that <see cref="Spawn"/> started, or with WNOHANG only looks: null while it runs.</summary>
    /// <exception cref="IOException">It did not exit with 0.</exception>
    public static Native.ResourceUsage? Wait(int process, string name, int options = 0)
    {
        int status;
        Native.ResourceUsage usage;
        if (Native.Checked(Native.wait4(process, &status, options, &usage), "wait4") == 0)
        {
            return null;
        }

        return status == 0
            ? usage
            : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{name} ended with wait status {status}."));
    }

    /// <summary>Runs it and tells how long that took, its start included.</summary>
    public static TimeSpan Time(params ReadOnlySpan<string> line)
    {
        long start = TimeProvider.System.GetTimestamp();
        _ = Run(line);
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>Runs it once and gives what it prints.</summary>
    public static string Output(params ReadOnlySpan<string> line)
    {
        string path = Path.GetTempFileName();
        try
        {
            _ = Run(line, path);
            return File.ReadAllText(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Where a program stands, by PATH; null when it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")
        .Split(':')
        .Append("/usr/sbin")
        .Append("/sbin")
        .Select(folder => Path.Join(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts the program: what the process ID is of has replaced this program's image already.</summary>
    public static int Spawn(ReadOnlySpan<string> line, string outputPath = "/dev/null")
    {
        using var arguments = new NativeStrings(line);
        using var environment = new NativeStrings("LC_ALL=C", "PATH=/usr/bin:/bin");
        using var output = new NativeStrings(outputPath);
        byte* actions = stackalloc byte[FileActionsSize];
        _ = Native.posix_spawn_file_actions_init(actions);
        try
        {
            _ = Native.posix_spawn_file_actions_addopen(actions, StandardOutput, output.Pointer[0], WriteNew, OwnerReadWrite);
            int process;
            int error = Native.posix_spawn(&process, arguments.Pointer[0], actions, null, arguments.Pointer, environment.Pointer);
            return error == 0 ? process : throw Native.Failure($"posix_spawn({line[0]})", error);
        }
        finally
        {
            _ = Native.posix_spawn_file_actions_destroy(actions);
        }
    }

    /// <summary>A NULL-terminated array of C strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(params ReadOnlySpan<string> values)
        {
            _count = values.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
            for (int index = 0; index < _count; index++)
            {
                Pointer[index] = (byte*)Marshal.StringToCoTaskMemUTF8(values[index]);
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (int index = 0; index < _count; index++)
            {
                Marshal.FreeCoTaskMem((nint)Pointer[index]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
