using System.Globalization;
using System.Runtime.InteropServices;

namespace Agent.Tests.Support;

/// <summary>
/// A directory whose file system never answers: a FUSE mount without a server. Whoever looks into it waits, and can be
/// killed meanwhile. Needs root and <c>/dev/fuse</c>.
/// </summary>
internal sealed partial class HungFileSystem : IDisposable
{
    private const string Device = "/dev/fuse";

    /// <summary><c>O_RDWR | O_CLOEXEC</c>: a process that another test starts must not hold the device open.</summary>
    private const int ReadWrite = 2 | 0x80000;

    /// <summary><c>MNT_FORCE | MNT_DETACH</c>, include/linux/fs.h.</summary>
    private const int ForceAndDetach = 1 | 2;

    private readonly TemporaryFolder _folder = new();
    private readonly int _device;

    public HungFileSystem()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists(Device), "needs root and /dev/fuse, to mount a file system");
        _device = open(Device, ReadWrite);
        string options = string.Create(CultureInfo.InvariantCulture, $"fd={_device},rootmode=40000,user_id=0,group_id=0");
        int error = mount("agent-test", Path, "fuse", 0, options) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error != 0)
        {
            _ = close(_device);
            _folder.Dispose();
            Assert.Skip($"a FUSE file system cannot be mounted here: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    public string Path => _folder.Path;

    public void Dispose()
    {
        // Unanswered requests fail once the device is closed.
        _ = close(_device);
        _ = umount2(Path, ForceAndDetach);
        _folder.Dispose();
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int umount2(string target, int flags);
}
