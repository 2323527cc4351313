using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Agent.Configuration;
using Agent.Export;
using Agent.Hosting;
using Agent.Tests.Support;

namespace Agent.Tests.Hosting;

public sealed class MemoryReturnTests
{
    [Theory]
    [InlineData(100, 20, 300)]
    [InlineData(60_000, 180, 600)]
    [InlineData(86_400_000, 259_200, 600)]
    public async Task Start_AfterThreeCollections_GivesMemoryBackThenAndNowAndAgain(int intervalMilliseconds, int first, int further)
    {
        var time = new FiringTime();
        var configuration = new AgentConfiguration(
            new AgentSettings(), new TelemetrySettings { ExportIntervalMilliseconds = intervalMilliseconds });
        using var memory = new MemoryReturn(configuration, time);

        await memory.StartAsync(CancellationToken.None);
        await Deadline.UntilAsync(() => time.Due.Length == 2 ? time : null, () => "Only one timer was made.");
        await memory.StopAsync(CancellationToken.None);

        time.Due.ShouldBe([TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(further)]);
    }

    [Fact]
    public void UnchangedFileMappings_OfSmaps_AreThoseThatTheirFileStillHolds()
    {
        const string Smaps = """
            560000000000-560000001000 r--p 00000000 fe:00 17 /usr/local/bin/the agent
            Size:                  4 kB
            Anonymous:             0 kB
            VmFlags: rd mr mw me sd
            560000001000-560000004000 r-xp 00001000 fe:00 17 /usr/local/bin/the agent
            Anonymous:             0 kB
            560000004000-560000005000 r--p 00004000 fe:00 17 /usr/local/bin/the agent
            Anonymous:             4 kB
            560000005000-560000006000 rw-p 00005000 fe:00 17 /usr/local/bin/the agent
            Anonymous:             0 kB
            560000006000-560000007000 r--p 00000000 00:00 0
            Anonymous:             0 kB
            7f0000000000-7f0000001000 r--s 00000000 fe:00 18 /var/shared
            Anonymous:             0 kB
            7fff00000000-7fff00001000 r-xp 00000000 00:00 0 [vdso]
            Anonymous:             0 kB
            """;

        MemoryReturn.UnchangedFileMappings(Smaps.Split('\n'))
            .Select(mapping => ((ulong)mapping.Start, (ulong)mapping.Length)).ToArray()
            .ShouldBe([(0x560000000000, 0x1000), (0x560000001000, 0x3000)]);
    }

    [Fact]
    public void UnchangedFileMappings_OfThisProcess_HoldTheCLibrary()
    {
        (nuint Start, nuint Length)[] mappings = [.. MemoryReturn.UnchangedFileMappings(File.ReadLines("/proc/self/smaps"))];

        ulong function = (ulong)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "malloc_trim");
        mappings.ShouldContain(mapping => function >= (ulong)mapping.Start && function - (ulong)mapping.Start < (ulong)mapping.Length);
    }

    /// <summary>Timers fire at once, and tell when they were due.</summary>
    private sealed class FiringTime : TimeProvider
    {
        private ImmutableArray<TimeSpan> _due = [];

        public ImmutableArray<TimeSpan> Due => _due;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ImmutableInterlocked.Update(ref _due, static (all, one) => all.Add(one), dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
