using Agent.Export.Disk;

namespace Agent.Tests.Export.Disk;

public sealed class DiskThreadTests : IDisposable
{
    private readonly DiskThread _thread = new(TimeSpan.FromSeconds(30));

    [Fact]
    public void Run_ManyTimes_HoldsNoMemory()
    {
        Repeat(1000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Repeat(100_000);

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(1_000_000);
    }

    public void Dispose() => _thread.Dispose();

    private void Repeat(int times)
    {
        for (int time = 0; time < times; time++)
        {
            int number = time;
            _thread.Run(() => number).ShouldBe(number);
        }
    }
}
