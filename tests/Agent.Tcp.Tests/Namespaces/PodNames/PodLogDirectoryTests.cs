using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.PodNames;

public sealed class PodLogDirectoryTests : IDisposable
{
    private const string First = "4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e";
    private const string Second = "af3e4a507ec0af8c2233ee5bf0783073";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-pods-");
    private readonly FiringTime _time = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Update_PodWithADirectory_FindsItsName()
    {
        _directory.CreateSubdirectory($"shop_web-0_{First}");
        PodLogDirectory names = Open();

        names.Want(First);
        names.Find(First).ShouldBeNull();
        names.Update();

        names.Find(First).ShouldBe(new PodName("shop", "web-0"));
    }

    [Fact]
    public void Update_NobodyUnnamed_DoesNotList()
    {
        PodLogDirectory names = Open();

        names.Update();

        names.Listings.ShouldBe(0);
    }

    [Fact]
    public void Update_SecondPodWithinTheMinimumInterval_WaitsForItsEnd()
    {
        _directory.CreateSubdirectory($"shop_web-0_{First}");
        _directory.CreateSubdirectory($"kube-system_etcd-a_{Second}");
        PodLogDirectory names = Open();
        names.Want(First);
        names.Update();

        names.Want(Second);
        _time.Advance(PodLogDirectory.MinInterval - TimeSpan.FromSeconds(1));
        names.Update();
        names.Find(Second).ShouldBeNull();
        names.Listings.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        names.Update();
        names.Find(Second).ShouldBe(new PodName("kube-system", "etcd-a"));
        names.Listings.ShouldBe(2);
    }

    [Fact]
    public void Update_PodWithoutADirectory_LooksAgainOnlyAfterTheRetryInterval()
    {
        PodLogDirectory names = Open();
        names.Want(First);
        names.Update();
        _directory.CreateSubdirectory($"shop_web-0_{First}");

        _time.Advance(PodLogDirectory.RetryInterval - TimeSpan.FromSeconds(1));
        names.Want(First);
        names.Update();
        names.Find(First).ShouldBeNull();

        _time.Advance(TimeSpan.FromSeconds(1));
        names.Update();
        names.Find(First).ShouldBe(new PodName("shop", "web-0"));
        names.Listings.ShouldBe(2);
    }

    [Fact]
    public void Update_AllNamed_NeverListsAgain()
    {
        _directory.CreateSubdirectory($"shop_web-0_{First}");
        PodLogDirectory names = Open();
        names.Want(First);
        names.Update();

        _time.Advance(TimeSpan.FromDays(1));
        names.Want(First);
        names.Update();

        names.Listings.ShouldBe(1);
    }

    [Fact]
    public void Forget_PodThatWent_IsUnknownAgain()
    {
        _directory.CreateSubdirectory($"shop_web-0_{First}");
        PodLogDirectory names = Open();
        names.Want(First);
        names.Update();

        names.Forget(First);

        names.Find(First).ShouldBeNull();
    }

    private PodLogDirectory Open() => new(_directory.FullName, PodLogName.TryParse, _time);
}
