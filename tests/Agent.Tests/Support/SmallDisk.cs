namespace Agent.Tests.Support;

/// <summary>A file system of a test's own, which can be filled up to the last block.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Block = 1024;

    private readonly TemporaryFolder _folder = new();
    private readonly string _mount;
    private readonly string _filler;
    private bool _isFrozen;

    private SmallDisk()
    {
        _mount = _folder.File("disk");
        _filler = Path.Combine(_mount, "filler");
        Directory.CreateDirectory(_mount);
    }

    /// <summary>A directory on it that is not there yet.</summary>
    public string Spool => Path.Combine(_mount, "spool");

    public long Free => new DriveInfo(_mount).AvailableFreeSpace;

    /// <summary>Mounts one, or skips the test.</summary>
    /// <param name="kind">tmpfs or ext4.</param>
    /// <param name="options">Options of the mount.</param>
    public static SmallDisk Mount(string kind, string options = "size=256k")
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a small disk.");
        var disk = new SmallDisk();
        if (kind == "tmpfs")
        {
            Shell.Run("mount", "-t", "tmpfs", "-o", options, "none", disk._mount);
            return disk;
        }

        Assert.SkipUnless(File.Exists("/usr/sbin/mkfs.ext4") && File.Exists("/dev/loop-control"), "Needs mkfs.ext4 and loop devices.");
        string image = disk._folder.File("image");
        using (FileStream file = File.Create(image))
        {
            file.SetLength(1 << 20);
        }

        // Without a journal and without blocks that only root may use: what is free is free.
        Shell.Run("/usr/sbin/mkfs.ext4", "-q", "-b", $"{Block}", "-m", "0", "-O", "^has_journal", image);
        Shell.Run("mount", "-o", "loop", image, disk._mount);
        return disk;
    }

    /// <summary>Fills it until so many bytes are left, or a block more; <see cref="long.MaxValue"/> empties it.</summary>
    public void LeaveFree(long bytes)
    {
        using var file = new FileStream(_filler, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        long excess = Free - bytes;
        if (excess < 0)
        {
            file.SetLength(Math.Max(0, file.Length + excess));
        }

        if (bytes == long.MaxValue)
        {
            return;
        }

        file.Position = file.Length;
        try
        {
            while (Free >= bytes + Block)
            {
                file.Write(new byte[Block]);
            }
        }
        catch (IOException)
        {
            // ext4 has used the last block for its own notes of where the file is.
        }

        // Otherwise it would take blocks for such notes later.
        file.Flush(flushToDisk: true);
    }

    /// <summary>Makes everything that writes to it wait, as a device does that hangs. ext4 only.</summary>
    public void Freeze()
    {
        Shell.Run("fsfreeze", "--freeze", _mount);
        _isFrozen = true;
    }

    public void Thaw()
    {
        if (_isFrozen)
        {
            Shell.Run("fsfreeze", "--unfreeze", _mount);
            _isFrozen = false;
        }
    }

    public void Dispose()
    {
        Thaw();
        Shell.Run("umount", _mount);
        _folder.Dispose();
    }
}
