using System.Runtime.CompilerServices;
using Agent.Export.Disk;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Disk;

public sealed class DiskThreadTests : IDisposable
{
    private readonly DiskThread _thread = new(TimeSpan.FromSeconds(30));

    /// <summary>The thread itself may still refer to the last one.</summary>
    [Fact]
    public async Task Run_ManyTimes_HoldsOnToNone()
    {
        WeakReference[] results = [.. Enumerable.Range(0, 1000).Select(_ => Run())];

        await Deadline.UntilAsync(() =>
        {
            GC.Collect();
            return results.Count(static result => result.IsAlive) <= 1;
        });
    }

    public void Dispose() => _thread.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Run()
    {
        var result = new object();
        _thread.Run(() => result).ShouldBeSameAs(result);
        return new WeakReference(result);
    }
}
