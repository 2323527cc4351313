using System.Runtime.Versioning;
using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Commands;

/// <summary><c>snapshot --by peer --info</c> over real sockets of real processes, against <c>ss -ti</c>.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed class SnapshotInfoKernelTests
{
    public SnapshotInfoKernelTests() => SocketsOfEverySort.SkipUnlessPossible();

    /// <summary>By nearest rank, as ss shows the connections one by one.</summary>
    [Fact]
    public async Task Info_EachPeer_HasTheMediansOfSs()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        SsLine[] all = await SocketsOfEverySort.SsAsync(sockets);
        string[] text = (await SocketsOfEverySort.RunAsync(sockets, SocketsOfEverySort.Ss, "-HtinO", "state", "established")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        ILookup<string, string> lines = text.ToLookup(
            line => SnapshotGroupsKernelTests.Peer(SsLine.Parse("ESTAB " + line), all, isV6OnlyKnown: true), StringComparer.Ordinal);
        lines.Count.ShouldBeGreaterThan(1);

        using JsonDocument json = JsonDocument.Parse(await SnapshotGroupsKernelTests.SnapshotAsync(sockets, "--source", "sockdiag", "--by", "peer", "--info"));

        JsonElement[] groups = [.. json.RootElement.GetProperty("groups").EnumerateArray()];
        groups.Count(group => group.TryGetProperty("info", out _)).ShouldBe(lines.Count);
        foreach (JsonElement group in groups.Where(one => one.TryGetProperty("info", out _)))
        {
            double[] times = [.. lines[JsonText.Compact(group.GetProperty("key"))]
                .Select(line => double.Parse(line.Split(" rtt:")[1].Split('/')[0], System.Globalization.CultureInfo.InvariantCulture))
                .Order()];
            JsonElement info = group.GetProperty("info");
            info.GetProperty("rttMedianSeconds").GetDouble().ShouldBe(times[((times.Length + 1) / 2) - 1] / 1000, 1e-9);
            info.GetProperty("rttP95Seconds").GetDouble().ShouldBe(times[(int)Math.Ceiling(times.Length * 0.95) - 1] / 1000, 1e-9);
            int[] windows = [.. lines[JsonText.Compact(group.GetProperty("key"))]
                .Select(line => int.Parse(line.Split(" cwnd:")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
                .Order()];
            info.GetProperty("congestionWindowMedianSegments").GetInt32().ShouldBe(windows[((windows.Length + 1) / 2) - 1]);
        }
    }

    [Fact]
    public async Task Info_WithALimit_IsAlsoOfTheGroupsThatAreLeft()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        using JsonDocument whole = JsonDocument.Parse(await SnapshotGroupsKernelTests.SnapshotAsync(sockets, "--by", "peer", "--info"));
        using JsonDocument json = JsonDocument.Parse(await SnapshotGroupsKernelTests.SnapshotAsync(sockets, "--by", "peer", "--info", "--limit", "1"));
        string text = await SocketsOfEverySort.RunAsync(
            sockets, AgentProgram.File, "snapshot", "--namespaces", "own", "--by", "peer", "--info", "--limit", "1");

        JsonElement[] all = [.. whole.RootElement.GetProperty("groups").EnumerateArray()];
        JsonElement[] groups = [.. json.RootElement.GetProperty("groups").EnumerateArray()];
        groups.Length.ShouldBe(2);
        JsonText.Compact(groups[0].GetProperty("info")).ShouldBe(JsonText.Compact(all[0].GetProperty("info")));
        double[] medians = [.. all[1..].Where(one => one.TryGetProperty("info", out _))
            .Select(one => one.GetProperty("info").GetProperty("rttMedianSeconds").GetDouble())];
        groups[1].GetProperty("info").GetProperty("rttMedianSeconds").GetDouble().ShouldBeInRange(medians.Min(), medians.Max());
        string[] rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        rows.Length.ShouldBe(4);
        rows[1].ShouldContain("RTT MEDIAN  RTT P95");
        rows[2..].ShouldAllBe(row => row.Contains(" ms ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Info_Watched_IsInEachSnapshot()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        string text = await SocketsOfEverySort.RunAsync(
            sockets, 124, ["timeout", "--signal=INT", "2.5", AgentProgram.File, "snapshot", "--namespaces", "own", "--by", "peer", "--info", "--json", "--watch", "1"]);

        // Each ends in a brace of its own line.
        string[] snapshots = [.. $"{text}\n".Split("\n}\n", StringSplitOptions.RemoveEmptyEntries).Where(snapshot => snapshot.Trim() != "").Select(snapshot => snapshot + "\n}")];
        snapshots.Length.ShouldBeGreaterThan(1);
        foreach (string snapshot in snapshots)
        {
            using JsonDocument json = JsonDocument.Parse(snapshot);
            json.RootElement.GetProperty("groups").EnumerateArray()
                .Where(group => group.GetProperty("states").TryGetProperty("established", out _))
                .ShouldAllBe(group => group.GetProperty("info").GetProperty("rttMedianSeconds").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task Info_OfAnotherNamespace_IsTheSameWithTheCapabilitiesAndUnknownWithout()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        string inode = File.ResolveLinkTarget($"/proc/{sockets.Id}/ns/net", returnFinalTarget: false)!.Name.Split('[', ']')[1];
        string[] expected = Infos(await SnapshotGroupsKernelTests.SnapshotAsync(sockets, "--by", "peer", "--info"), null);
        expected.ShouldNotBeEmpty();

        CommandResult with = await AgentProgram.RunAsync(["snapshot", "--by", "peer", "--info", "--json"]);
        string without = await SocketsOfEverySort.RunAsync(
            sockets,
            1,
            [
                "/usr/bin/nsenter", $"--net=/proc/{Environment.ProcessId}/ns/net", "setpriv", "--inh-caps=-all", "--bounding-set=-all",
                AgentProgram.File, "snapshot", "--by", "peer", "--info", "--json",
            ]);

        Infos(with.OutputText, inode).ShouldBe(expected);
        Infos(without, inode).ShouldBeEmpty();
        using JsonDocument json = JsonDocument.Parse(without);
        json.RootElement.GetProperty("errors").EnumerateArray()
            .ShouldContain(error => error.GetProperty("error").GetString()!.Contains("--info is unknown for", StringComparison.Ordinal)
                && error.GetProperty("error").GetString()!.EndsWith("only sock_diag tells it. Run with CAP_SYS_ADMIN and CAP_SYS_PTRACE, as root on the node has them.", StringComparison.Ordinal));

        static string[] Infos(string text, string? inode)
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return
            [
                .. json.RootElement.GetProperty("groups").EnumerateArray()
                    .Where(group => group.TryGetProperty("info", out _))
                    .Where(group => inode is null || (group.GetProperty("namespace").TryGetProperty("inode", out JsonElement found) && found.GetRawText() == inode))
                    .Select(group => JsonText.Compact(group.GetProperty("key")) + JsonText.Compact(group.GetProperty("info")))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    [Fact]
    public async Task Info_ByProcfs_IsUnknownAndSaysSoOnce()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();

        using JsonDocument json = JsonDocument.Parse(await SnapshotGroupsKernelTests.SnapshotAsync(sockets, 1, "--source", "procfs", "--by", "peer", "--info"));

        json.RootElement.GetProperty("groups").EnumerateArray().Count(group => group.TryGetProperty("info", out _)).ShouldBe(0);
        json.RootElement.GetProperty("errors").EnumerateArray()
            .ShouldHaveSingleItem().GetProperty("error").GetString()!.ShouldEndWith(
                "--info is unknown for 1 network namespace that was read by procfs: only sock_diag tells it. Leave out --source procfs.");
    }
}
