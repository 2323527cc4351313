namespace Agent.Export.Spool;

/// <summary>
/// The age of payloads. It is counted by the kernel's monotonic clock, which runs from boot, is the same for every
/// process, and never steps; so neither a step of the wall clock nor a restart of the agent changes an age. The wall
/// clock decides only for a payload that was made before the last boot, and once, when the agent starts. The boot is
/// <see cref="ThisBoot"/>; 0 when it is not known.
/// </summary>
internal sealed class SpoolClock(TimeProvider time, uint boot)
{
    private const string BootId = "/proc/sys/kernel/random/boot_id";

    /// <summary>Both parts of a stamp are so wide.</summary>
    private const uint Mask = 0xFFFFFF;

    /// <summary>Three months of the half year after which a stamp's seconds wrap around: older than any payload may be.</summary>
    private const uint Plausible = Mask / 2;

    private TimeSpan Uptime => time.GetElapsedTime(0);

    /// <summary>A part of the kernel's boot id, enough to distinguish boots; 0 when it cannot be read.</summary>
    public static uint ThisBoot() =>
        RegularFile.Try(() => File.ReadAllText(BootId)) is { Length: > 6 } id
        && uint.TryParse(id.AsSpan(0, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint boot) ? boot : 0;

    /// <summary>A payload that is made now.</summary>
    public SpoolItem New(long sequence) => new(sequence, time.GetUtcNow()) { Born = Uptime, IsBornKnown = true };

    /// <summary>A payload of an earlier run; its age is that of its name until its file has been looked into.</summary>
    public SpoolItem Found(long sequence, DateTimeOffset created, long bytes)
    {
        TimeSpan age = time.GetUtcNow() - created;
        return new SpoolItem(sequence, created) { Born = Uptime - (age > TimeSpan.Zero ? age : TimeSpan.Zero), IsOnDisk = true, Bytes = bytes };
    }

    public TimeSpan AgeOf(SpoolItem item) => Uptime - item.Born;

    /// <summary>What to write into a payload's file.</summary>
    public SpoolStamp StampOf(SpoolItem item) => item.IsBornKnown && boot != 0 && item.Born >= TimeSpan.Zero
        ? new SpoolStamp(boot, (uint)((long)item.Born.TotalSeconds & Mask))
        : default;

    /// <summary>Corrects an age by the stamp in the file, where that is of this boot.</summary>
    public void Learn(SpoolItem item, SpoolStamp stamp)
    {
        if (item.IsBornKnown)
        {
            return;
        }

        item.IsBornKnown = true;
        uint seconds = ((uint)(long)Uptime.TotalSeconds - stamp.Seconds) & Mask;
        if (boot != 0 && stamp.Boot == boot && seconds <= Plausible)
        {
            item.Born = Uptime - TimeSpan.FromSeconds(seconds);
        }
    }
}

/// <summary>When a payload was made, by a clock that does not step.</summary>
/// <param name="Boot">In which boot; 24 bits, 0 when it is not known.</param>
/// <param name="Seconds">How long after it; the lowest 24 bits.</param>
internal readonly record struct SpoolStamp(uint Boot, uint Seconds);
