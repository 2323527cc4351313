using System.Globalization;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Random lives of processes, each step checked against the plain truth.</summary>
public sealed class DiscoveryModelTests : IDisposable
{
    private const int Steps = 600;

    /// <summary>Never as many as <see cref="ProcessScan.RotationLeast"/>: then each refresh looks at all.</summary>
    private const int Pids = 40;

    private static readonly string[] Spaces = [FakeProc.Host, "a", "b", "c", "d", "e"];

    private readonly FakeProc _proc = new();
    private readonly SortedDictionary<int, Life> _lives = [];
    private int _births;

    public void Dispose() => _proc.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(20261123)]
    public void Refresh_RandomLives_AlwaysGivesWhatThereIs(int seed)
    {
        var discovery = new NamespaceDiscovery(_proc.Root);
        var random = new Random(seed);
        var ids = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int step = 0; step < Steps; step++)
        {
            var before = new Dictionary<int, Life>(_lives);
            for (int change = random.Next(6); change > 0; change--)
            {
                Change(random);
            }

            IReadOnlyList<TcpNamespace> found = discovery.Refresh();

            ids = Check(found, before, ids, $"step {step} of seed {seed}");
        }
    }

    private void Change(Random random)
    {
        int pid = random.Next(2, Pids);
        string space = Spaces[random.Next(Spaces.Length)];
        if (!_lives.TryGetValue(pid, out Life? life))
        {
            Start(pid, space);
            return;
        }

        switch (random.Next(4))
        {
            case 0:
                _proc.Enter(pid, space);
                _lives[pid] = life with { Space = space };
                break;
            case 1:
                _proc.End(pid);
                Start(pid, space);
                break;
            default:
                _proc.End(pid);
                _lives.Remove(pid);
                break;
        }
    }

    private void Start(int pid, string space)
    {
        _lives[pid] = new Life(space, ++_births);
        _proc.Start(pid, space, start: _births);
    }

    private Dictionary<string, long> Check(
        IReadOnlyList<TcpNamespace> found, Dictionary<int, Life> before, Dictionary<string, long> idsBefore, string where)
    {
        string[] expected = [.. _lives.Values.Select(life => life.Space).Append(FakeProc.Host).Distinct(StringComparer.Ordinal)];
        found.Select(one => one.Inode).ShouldBe(expected.Select(_proc.Inode), ignoreOrder: true, where);
        found[0].Kind.ShouldBe(NamespaceKind.Host, where);
        var ids = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (TcpNamespace one in found.Skip(1))
        {
            int pid = int.Parse(one.Process, CultureInfo.InvariantCulture);
            string space = _lives[pid].Space;
            _proc.Inode(space).ShouldBe(one.Inode, where);
            if (idsBefore.TryGetValue(space, out long idBefore))
            {
                // It lives on as long as one of the processes that were known to be in it does.
                bool livesOn = before.Any(life => string.Equals(life.Value.Space, space, StringComparison.Ordinal)
                    && _lives.TryGetValue(life.Key, out Life? now) && now.Birth == life.Value.Birth);
                (one.Id == idBefore).ShouldBe(livesOn, where);
            }

            ids[space] = one.Id;
        }

        ids.Values.ShouldBeUnique();
        return ids;
    }

    private sealed record Life(string Space, int Birth);
}
