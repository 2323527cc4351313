using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Tests.Kernel;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

public sealed class PinnedNamespacesTests : IDisposable
{
    private readonly ProcFixture _proc = new();
    private readonly string _mounts;

    public PinnedNamespacesTests() =>
        _mounts = Path.Combine(Directory.CreateDirectory(Path.Combine(_proc.Root, "1")).FullName, "mountinfo");

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Names_OfMountsAmongOthers_AreThose()
    {
        File.WriteAllText(
            _mounts,
            "22 27 0:21 / /proc rw - proc proc rw\n508 31 0:4 net:[4026532601] /run/netns/blue rw shared:274 - nsfs nsfs rw\n");

        PinnedNamespaces.Names(_proc.Root).ShouldBe(["net:[4026532601]"]);
    }

    [Theory]
    [InlineData("net:[1]\n")]
    [InlineData("508 net:[1]\n")]
    [InlineData(" net:[1]")]
    public void Names_LinesThatAreNoMounts_ArePassedOver(string text)
    {
        File.WriteAllText(_mounts, text);

        PinnedNamespaces.Names(_proc.Root).ShouldBeEmpty();
    }

    /// <summary>Opening a named pipe waits for a writer: the collection would never end.</summary>
    [Fact]
    public async Task Names_OfANamedPipe_CannotBeToldAndDoNotWait()
    {
        Tool.Run("mkfifo", _mounts);

        HashSet<string>? names = await Task.Run(() => PinnedNamespaces.Names(_proc.Root))
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        names.ShouldBeNull();
    }
}
