using System.Runtime.InteropServices;

namespace Agent.Tcp.Tests.Support;

/// <summary>
/// Makes this thread's file accesses those of an unprivileged user, until disposed: setfsuid(2) takes effect on the
/// calling thread alone, and takes CAP_DAC_OVERRIDE with it. Does nothing to a process that is unprivileged already.
/// </summary>
internal sealed partial class FileSystemUser : IDisposable
{
    private const uint NobodyId = 65534;

    private readonly uint _before;

    private FileSystemUser(uint user) => _before = setfsuid(user);

    public static FileSystemUser Nobody() => new(NobodyId);

    public void Dispose() => _ = setfsuid(_before);

    [LibraryImport("libc")]
    private static partial uint setfsuid(uint user);
}
