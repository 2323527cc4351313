using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Which namespaces are known to have begun while discovery watched. Where it cannot be told, none is.</summary>
public sealed class NamespaceBirthsTests : IDisposable
{
    /// <summary>After the test, in clock ticks since boot.</summary>
    private const int Later = int.MaxValue;

    private readonly FakeProc _proc = new();
    private readonly NamespaceDiscovery _discovery;

    public NamespaceBirthsTests() => _discovery = new NamespaceDiscovery(_proc.Root);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Refresh_TheFirst_FindsNoneThatWasBorn()
    {
        _proc.Start(10, "a", start: Later);
        Refresh().ShouldBe([("1", false), ("10", false)]);
        Refresh().ShouldBe([("1", false), ("10", false)], "each is judged once");
    }

    [Fact]
    public void Refresh_ALaterOneWithNewProcesses_IsBorn()
    {
        Refresh();
        _proc.Start(10, "a", start: Later).Start(11, "a", start: Later);
        Refresh().ShouldBe([("1", false), ("10", true)]);
        _proc.End(10);
        Refresh().ShouldBe([("1", false), ("11", true)]);
    }

    [Fact]
    public void Refresh_ALaterOneWithMoreProcessesThanAreExamined_IsBornUnlessOneIsOlder()
    {
        Refresh();
        for (int process = 0; process < 2 * RepresentativeChoice.Budget; process++)
        {
            _proc.Start(10 + process, "a", start: Later).Start(100 + process, "b", start: Later);
        }

        _proc.Start(200, "b");
        Refresh().Select(one => one.IsBorn).ShouldBe([false, true, false]);
    }

    [Fact]
    public void Refresh_AnOlderProcessEntersAfterwards_ItIsStillBorn()
    {
        Refresh();
        _proc.Start(10, "a", start: Later);
        Refresh();
        _proc.Start(11, "a");
        Refresh().ShouldBe([("1", false), ("10", true)]);
    }

    [Fact]
    public void Refresh_AStartThatCannotBeTold_IsNotBorn()
    {
        Refresh();
        _proc.Start(10, "a", start: Later);
        File.Delete(Path.Combine(_proc.Root, "10", "stat"));
        Refresh().ShouldBe([("1", false), ("10", false)]);
    }

    /// <summary>It may be one that has been in the namespace for long.</summary>
    [Fact]
    public void Refresh_WhileAProcessCannotBeLookedAt_NoneIsBorn()
    {
        Refresh();
        string net = Directory.CreateDirectory(Path.Combine(_proc.Root, "9", "net")).FullName;
        File.CreateSymbolicLink(Path.Combine(net, "tcp"), Path.Combine(net, "tcp"));
        _proc.Start(10, "a", start: Later);
        Refresh().ShouldBe([("1", false), ("10", false)]);
    }

    [Fact]
    public void Refresh_WithoutPid1_NoneIsBorn()
    {
        Refresh();
        _proc.End(1).Start(10, "a", start: Later);
        Refresh().ShouldBe([("10", false)]);
    }

    /// <summary>Of 5 a mount has kept the history; 6 has none.</summary>
    [Fact]
    public void Refresh_OneThatAMountKeptBefore_IsNotBorn()
    {
        WriteMounts("508 31 0:4 net:[5] /run/netns/blue rw shared:274 - nsfs nsfs rw\n");
        Refresh();
        WriteMounts("508 31 0:4 net:[5] /run/netns/blue rw - nsfs nsfs rw\n509 31 0:4 net:[6] /run/netns/red rw - nsfs nsfs rw\n");
        _proc.Start(10, "a", start: Later).Start(11, "b", start: Later);
        Name(10, "net:[5]");
        Name(11, "net:[6]");
        Refresh().ShouldBe([("1", false), ("10", false), ("11", true)]);
    }

    [Fact]
    public void Refresh_OneThatAMountMayHaveKept_IsBornIfItIsAPods()
    {
        WriteMounts("508 31 0:4 net:[5] /run/netns/blue rw shared:274 - nsfs nsfs rw\n");
        Refresh();
        _proc.Start(10, "a", start: Later).Start(11, "b", Cgroups.Pod(11), start: Later);
        Refresh().ShouldBe([("1", false), ("10", false), ("11", true)], "a pod's begins with its processes");
    }

    [Fact]
    public void Refresh_AListingThatFailed_WasNotTheFirst()
    {
        string elsewhere = _proc.Root + ".elsewhere";
        _proc.Start(10, "a", start: Later);
        Directory.Move(_proc.Root, elsewhere);
        Refresh().ShouldBeEmpty();

        Directory.Move(elsewhere, _proc.Root);
        Refresh().ShouldBe([("1", false), ("10", false)]);
    }

    private void WriteMounts(string text) => File.WriteAllText(Path.Combine(_proc.Root, "1", "mountinfo"), text);

    private void Name(int pid, string name)
    {
        string ns = Directory.CreateDirectory(Path.Combine(_proc.Root, $"{pid}", "ns")).FullName;
        File.CreateSymbolicLink(Path.Combine(ns, "net"), name);
    }

    private List<(string Process, bool IsBorn)> Refresh() =>
        [.. _discovery.Refresh().Select(one => (one.Process, one.IsBorn))];
}
