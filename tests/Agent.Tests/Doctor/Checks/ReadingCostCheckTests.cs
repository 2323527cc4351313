using Agent.Doctor.Checks;
using Agent.Tcp;
using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tests.Doctor.Checks;

public sealed class ReadingCostCheckTests
{
    private static readonly ChildHashSetting Unset = new(IsInKernel: true, Host: 0, Own: 0, "4026531840", "6.18.0");

    [Fact]
    public void Judge_NoOtherNamespaceHasSockets_IsSkipped() => Judge([], seconds: 0).Status.ShouldBe(CheckStatus.Skipped);

    [Fact]
    public void Judge_OtherNamespacesAreNotToBeRead_SaysSo() =>
        Judge(new ReadingCostFacts([], 0, TimeSpan.Zero, TimeSpan.Zero, 0.02, NamespaceScope.Host, Unset)).Found
            .ShouldBe("Tcp:Namespaces is Host, so other network namespaces are not read");

    [Fact]
    public void Judge_NoLimit_IsNotSaidToCoverTheCost() =>
        Judge(new ReadingCostFacts(Costs(10, 12), 0, TimeSpan.Zero, TimeSpan.Zero, 1, NamespaceScope.All, Unset)).Found
            .ShouldEndWith("Tcp:CpuBudget (1) is no limit, so every collection reads all");

    /// <summary>A node of both kinds: it saves what those cost that share the node's hash.</summary>
    [Fact]
    public void Judge_AThirdOfTheCostIsTheNodesHash_AdvisesTheSysctl() =>
        Judge([.. Costs(10, 10), .. Costs(10, 20, WalkedHash.Own)], seconds: 70).Fix!.Anywhere.ShouldStartWith("Give each new network namespace");

    [Fact]
    public void Judge_AHundredWithTheNodesHash_SaysTheirCostTheirAgeAndTheSysctl()
    {
        Finding finding = Judge([.. Costs(10, 0.2, WalkedHash.Own), .. Costs(100, 12)], seconds: 70);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldBe(
            "reading all 110 network namespaces with sockets but the host's costs 1202 ms of CPU, all else in a collection 28 ms; "
            + "100 share the node's hash (12.0 ms, median), 10 have one of their own (0.2 ms, median); "
            + "net.ipv4.tcp_child_ehash_entries is 0 in the host's network namespace. "
            + "Within Tcp:CpuBudget (0.02) readings become at least 70 s old, and older by what exports take; tcp.agent.snapshot.age shows how old");
        finding.Fix!.Anywhere.ShouldContain("put net.ipv4.tcp_child_ehash_entries = 16384 into /etc/sysctl.d/");
    }

    [Fact]
    public void Judge_WhatTheBudgetCovers_IsFine() =>
        Judge(Costs(110, 0.2, WalkedHash.Own), seconds: 0).ShouldBe(Finding.Ok(
            "reading all 110 network namespaces with sockets but the host's costs 22 ms of CPU, all else in a collection 28 ms; "
            + "110 have one of their own (0.2 ms, median); net.ipv4.tcp_child_ehash_entries is 0 in the host's network namespace. "
            + "Tcp:CpuBudget (0.02) covers that in every collection"));

    [Fact]
    public void Judge_NotAllWereReadInTime_SaysHowManyOfHowMany() =>
        Judge(new ReadingCostFacts(Costs(170, 57), 330, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1500), 0.02, NamespaceScope.All, Unset))
            .Found.ShouldStartWith("reading 170 of 500 network namespaces");

    [Fact]
    public void Judge_TheKernelDidNotTellWhichHash_SaysThatItIsJudgedByCost() =>
        Judge([.. Costs(100, 12).Select(cost => cost with { IsJudged = true })], seconds: 70)
            .Found.ShouldContain("; 100 share the node's hash, judged by cost (12.0 ms, median); ");

    [Fact]
    public void Judge_NeitherToldNorJudged_SaysThatItIsNotKnownAndWhoCanTell()
    {
        Finding finding = Judge(Costs(100, 12, WalkedHash.Unknown), seconds: 70);

        finding.Found.ShouldContain("100 walk a hash that is not known to be the node's or their own");
        finding.Fix!.Anywhere.ShouldContain("run agent doctor as root on the host");
    }

    [Fact]
    public void Judge_SetAfterTheyWereCreated_SaysToRestartThem() =>
        Judge(Costs(100, 12), seconds: 70, Unset with { Host = 16_384 }).ShouldSatisfyAllConditions(
            finding => finding.Found.ShouldContain("net.ipv4.tcp_child_ehash_entries is 16384 in the host's network namespace"),
            finding => finding.Fix!.Anywhere.ShouldContain("restart the pods and containers that were created before"));

    /// <summary>The setting would not make them cheaper.</summary>
    [Theory]
    [InlineData(1, 100, 50_000, WalkedHash.Own)]
    [InlineData(1, 112, 50_000, WalkedHash.Shared)]
    [InlineData(500, 3, 10, WalkedHash.Own)]
    public void Judge_DearByTheirOwnSocketsOrHash_DoesNotAdviseTheSysctl(int count, double milliseconds, long rows, object hash)
    {
        Finding finding = Judge(Costs(count, milliseconds, (WalkedHash)hash, rows), seconds: 70);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Fix!.Anywhere.ShouldStartWith("Raise Tcp:CpuBudget. net.ipv4.tcp_child_ehash_entries helps little");
        finding.Fix.Kubernetes.ShouldBe("raise agent.Tcp.CpuBudget.");
    }

    [Fact]
    public void Judge_InAnotherNetworkNamespaceThanTheHosts_SaysWhoseValueItIs()
    {
        Finding finding = Judge(Costs(100, 12), seconds: 70, Unset with { Host = null });

        finding.Found.ShouldContain(
            "net.ipv4.tcp_child_ehash_entries is 0 in this process's network namespace, 4026531840; in the host's, which counts, it is unknown.");
        finding.Fix!.Anywhere.ShouldStartWith("Run sysctl net.ipv4.tcp_child_ehash_entries on the host.");
    }

    [Theory]
    [InlineData(null, "is unknown, because /proc/sys/net/ipv4 is hidden from this process")]
    [InlineData(true, "cannot be read, so it is unknown")]
    public void Judge_TheSysctlIsHidden_IsUnknownAndNot0(bool? isInKernel, string expected)
    {
        Finding finding = Judge(Costs(100, 12), seconds: 70, new ChildHashSetting(isInKernel, Host: null, Own: null, "4026531840", "6.18.0"));

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldContain($"net.ipv4.tcp_child_ehash_entries {expected}.");
        finding.Fix!.Anywhere.ShouldStartWith("Run sysctl net.ipv4.tcp_child_ehash_entries on the host.");
    }

    [Fact]
    public void Judge_AKernelWithoutTheSysctl_SaysSoAndToRaiseTheBudget()
    {
        Finding finding = Judge(Costs(100, 12), seconds: 70, new ChildHashSetting(IsInKernel: false, null, null, "4026531840", "5.15.0"));

        finding.Found.ShouldContain("net.ipv4.tcp_child_ehash_entries is not in this kernel (5.15.0), but from Linux 6.1 on.");
        finding.Fix!.Anywhere.ShouldStartWith("Raise Tcp:CpuBudget, or update the kernel");
    }

    private static Finding Judge(NamespaceCost[] costs, double seconds, ChildHashSetting? setting = null) =>
        Judge(new ReadingCostFacts(costs, 0, TimeSpan.FromMilliseconds(28), TimeSpan.FromSeconds(seconds), 0.02, NamespaceScope.All, setting ?? Unset));

    private static Finding Judge(ReadingCostFacts facts) => ReadingCostCheck.Judge(facts);

    private static NamespaceCost[] Costs(int count, double milliseconds, WalkedHash hash = WalkedHash.Shared, long rows = 10) =>
        [.. Enumerable.Repeat(new NamespaceCost(TimeSpan.FromMilliseconds(milliseconds), rows, hash, IsJudged: false), count)];
}
