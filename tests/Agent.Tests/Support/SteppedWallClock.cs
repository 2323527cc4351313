using System.Globalization;

namespace Agent.Tests.Support;

/// <summary>
/// A wall clock for a process of a test's own, which can be set while it runs (libfaketime of Debian's faketime). The monotonic clock
/// stays the kernel's.
/// </summary>
internal sealed class SteppedWallClock : IDisposable
{
    private const string Library = "faketime/libfaketime.so.1";

    private readonly TemporaryFolder _folder = new();
    private readonly string _library;
    private readonly string _offset;

    private SteppedWallClock(string library)
    {
        _library = library;
        _offset = _folder.Write("offset", "+0");
    }

    /// <summary>What the process starts with.</summary>
    public KeyValuePair<string, string>[] Environment =>
    [
        new("LD_PRELOAD", _library),
        new("FAKETIME_TIMESTAMP_FILE", _offset),
        new("FAKETIME_NO_CACHE", "1"),
        new("FAKETIME_DISABLE_SHM", "1"),
        new("DONT_FAKE_MONOTONIC", "1"),

        // Otherwise .NET's timed waits, which are on the monotonic clock, end at once.
        new("FAKETIME_FORCE_MONOTONIC_FIX", "0"),
    ];

    /// <summary>Makes one, or skips the test where the library is not installed.</summary>
    public static SteppedWallClock CreateOrSkip()
    {
        SteppedWallClock? clock = CreateIfInstalled();
        Assert.SkipUnless(clock is not null, $"{Library} is not there: install the package faketime.");
        return clock!;
    }

    /// <summary>Makes one; null where the library is not installed.</summary>
    public static SteppedWallClock? CreateIfInstalled() =>
        Directory.GetDirectories("/usr/lib").Select(folder => Path.Combine(folder, Library)).FirstOrDefault(File.Exists) is { } library
            ? new SteppedWallClock(library)
            : null;

    /// <summary>Sets the clock to so much from the machine's.</summary>
    public void Set(TimeSpan offset)
    {
        // Renamed into place: the process may read at any time.
        string next = _folder.Write("next", offset.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture));
        File.Move(next, _offset, overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
