using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.PodNames;

public sealed class PodNameSourceTests : IDisposable
{
    private const string Uid = "4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e";

    private static readonly string Pause = new('a', 64);
    private static readonly string Container = new('b', 64);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-names-");
    private readonly FiringTime _time = new();
    private readonly CapturingLogger _log = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Find_ContainerSeenAfterThePause_IsNamedAndNeverListedAgain()
    {
        AddLink();
        PodLogDirectory links = Links();
        var names = new PodNameSource(null, links, _log.CreateLogger(""));
        names.Add(Uid, Pause);
        names.Update();
        names.Find(Uid).ShouldBeNull();

        names.Add(Uid, Container);
        _time.Advance(PodLogDirectory.MinInterval);
        names.Update();

        names.Find(Uid).ShouldBe(new PodName("shop", "web-0"));
        _time.Advance(TimeSpan.FromDays(1));
        names.Update();
        links.Listings.ShouldBe(2);
        links.Find(Container).ShouldBeNull();
    }

    [Fact]
    public void Add_ManyRestartsWithoutAName_KeepsTheLatest()
    {
        AddLink();
        var names = new PodNameSource(null, Links(), _log.CreateLogger(""));
        names.Add(Uid, Container);
        for (int restart = 0; restart < PodNameSource.MostContainers; restart++)
        {
            names.Add(Uid, restart.ToString("x64"));
        }

        names.Update();
        names.Find(Uid).ShouldBeNull();
        names.Add(Uid, Container);
        _time.Advance(PodLogDirectory.MinInterval);
        names.Update();

        names.Find(Uid).ShouldNotBeNull();
    }

    [Fact]
    public void Update_OneOfTwoDirectoriesListed_SaysNothing()
    {
        var names = new PodNameSource(
            new PodLogDirectory(Path.Combine(_directory.FullName, "none"), PodLogName.TryParse, _time), Links(), _log.CreateLogger(""));

        names.Add(Uid, Container);
        names.Update();

        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Update_NeitherDirectoryListed_SaysSoOnceWithBothReasons()
    {
        var names = new PodNameSource(
            new PodLogDirectory(Path.Combine(_directory.FullName, "pods"), PodLogName.TryParse, _time),
            new PodLogDirectory(Path.Combine(_directory.FullName, "containers"), PodLogName.TryParseLink, _time),
            _log.CreateLogger(""));

        for (int time = 0; time < 3; time++)
        {
            names.Add(Uid, Container);
            names.Update();
            _time.Advance(PodLogDirectory.RetryInterval);
        }

        names.Find(Uid).ShouldBeNull();
        string message = _log.Lines.ShouldHaveSingleItem().Message;
        message.ShouldContain("/pods does not exist");
        message.ShouldContain("/containers does not exist");
    }

    [Fact]
    public void Update_DirectoryThatComesAndGoes_SaysSoEachTimeItGoes()
    {
        string path = Path.Combine(_directory.FullName, "late");
        var names = new PodNameSource(new PodLogDirectory(path, PodLogName.TryParse, _time), null, _log.CreateLogger(""));
        names.Want(Uid);
        names.Update();

        Directory.CreateDirectory(path);
        _time.Advance(PodLogDirectory.RetryInterval);
        names.Update();
        Directory.Delete(path);
        _time.Advance(PodLogDirectory.RetryInterval);
        names.Update();

        _log.Lines.Count.ShouldBe(2);
    }

    private void AddLink() => File.CreateSymbolicLink(
        Path.Combine(_directory.FullName, $"web-0_shop_nginx-{Container}.log"), "/nowhere/0.log");

    private PodLogDirectory Links() => new(_directory.FullName, PodLogName.TryParseLink, _time);
}
