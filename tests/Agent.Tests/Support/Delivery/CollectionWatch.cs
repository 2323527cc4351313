using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Tests.Support.Delivery;

/// <summary>
/// Counts collections where they begin, whatever becomes of them: each opens the table of a proc root once, which
/// inotify(7) tells.
/// </summary>
internal sealed partial class CollectionWatch : IDisposable
{
    private const uint InOpen = 0x20;
    private const uint InCloseNoWrite = 0x10;
    private const int CloseOnExec = 0x80000;

    private readonly FileStream _events;
    private readonly Task _counting;
    private readonly int _watch;
    private long _count;

    /// <summary>Begins to count.</summary>
    /// <param name="file">A file that every collection opens and closes once.</param>
    public CollectionWatch(string file)
    {
        var descriptor = new SafeFileHandle(inotify_init1(CloseOnExec), ownsHandle: true);

        // Both: events that are equal to the one before, and not read yet, are dropped.
        _watch = inotify_add_watch(descriptor, file, InOpen | InCloseNoWrite);
        if (descriptor.IsInvalid || _watch < 0)
        {
            throw new InvalidOperationException($"inotify on {file}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        _events = new FileStream(descriptor, FileAccess.Read, 0, isAsync: false);
        _counting = Task.Factory.StartNew(Count, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How often the file has been opened.</summary>
    public long Collections => Interlocked.Read(ref _count);

    /// <summary>Waits until so many have begun.</summary>
    public async Task WaitForAsync(long count, TestProcess agent) => await Deadline.UntilAsync<object>(
        () => Collections >= count ? this : null, () => $"{Collections} collections.\n{agent.Error.Text}");

    public void Dispose()
    {
        // The watch's end is an event as well, and wakes the reader.
        _ = inotify_rm_watch(_events.SafeFileHandle, _watch);
        _counting.GetAwaiter().GetResult();
        _events.Dispose();
    }

    private void Count()
    {
        const uint Ignored = 0x8000;
        const int EventSize = 16; // struct inotify_event of a watched file: wd, mask, cookie, len = 0
        byte[] buffer = new byte[4096];
        while (true)
        {
            int read = _events.Read(buffer);
            for (int at = 0; at < read; at += EventSize)
            {
                uint mask = BitConverter.ToUInt32(buffer, at + 4);
                if ((mask & InOpen) != 0)
                {
                    Interlocked.Increment(ref _count);
                }

                if ((mask & Ignored) != 0)
                {
                    return;
                }
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(SafeFileHandle descriptor, string path, uint mask);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_rm_watch(SafeFileHandle descriptor, int watch);
}
