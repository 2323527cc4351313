using Agent.Export.Spool;
using Agent.Export.Telemetry;

namespace Agent.Tests.Export.Spool;

/// <summary>Files that are whole, and that the disk does not give: none of them is lost.</summary>
public sealed class UnreadableFilesTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    [Theory]
    [InlineData(13, "permission_denied", "Permission denied")]
    [InlineData(5, "io", "Input/output error")]
    public async Task Take_SomeCannotBeRead_KeepsThemAndGivesTheOthers(int errno, string type, string words)
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2, 3);
        FailReads(2, new IOException(words, errno));

        SpoolBench.Drain(spool).ShouldBe([3]);

        spool.Items.ShouldBe(2);
        _bench.Tallies.SpoolErrors[type].ShouldBe(2);
        Enum.GetValues<SpoolDrop>().Sum(why => _bench.Tallies.Dropped[$"{why}".ToLowerInvariant()]).ShouldBe(0);
        string line = _bench.Log.All.ShouldHaveSingleItem();
        line.ShouldContain("holds exports that cannot be read: ");
        line.ShouldContain(_bench.Status.SpoolReadFault!);
        _bench.Status.SpoolReadFault!.ShouldContain(_bench.Payloads[0]);
    }

    [Fact]
    public async Task Take_TheyCanBeReadAgain_GivesThemAfterAMinuteAndSaysSo()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);
        FailReads(int.MaxValue, new UnauthorizedAccessException());
        for (int minute = 0; minute < 10; minute++)
        {
            SpoolBench.Drain(spool).ShouldBeEmpty();
            SpoolBench.Drain(spool).ShouldBeEmpty();
            _bench.Time.Advance(TimeSpan.FromMinutes(1.1));
        }

        _bench.Tallies.SpoolErrors["permission_denied"].ShouldBe(20, "each once a minute");
        _bench.BeforeOperation = null;

        SpoolBench.Drain(spool).ShouldBe([1, 2]);
        _bench.Status.SpoolReadFault.ShouldBeNull();
        _bench.Log.All.Length.ShouldBe(2);
        _bench.Log.All[1].ShouldContain("can be read again");
    }

    public void Dispose() => _bench.Dispose();

    private void FailReads(int count, Exception fault) => _bench.BeforeOperation = operation =>
    {
        if (operation == DiskOperation.Read && count-- > 0)
        {
            throw fault;
        }
    };
}
