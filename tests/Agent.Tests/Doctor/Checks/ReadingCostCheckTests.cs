using Agent.Doctor.Checks;
using Shouldly;
using Xunit;

namespace Agent.Tests.Doctor.Checks;

public sealed class ReadingCostCheckTests
{
    private static readonly ReadingCostFacts Facts = new(0.02, TimeSpan.FromSeconds(10), Sysctl: 0, HasSysctl: true);

    [Fact]
    public void Judge_NoOtherNamespaceHasSockets_IsSkipped() =>
        ReadingCostCheck.Judge([], Facts).Status.ShouldBe(CheckStatus.Skipped);

    [Fact]
    public void Judge_AHundredWithTheNodesHash_SaysTheirCostTheirAgeAndTheSysctl()
    {
        Finding finding = ReadingCostCheck.Judge(Costs(10, 0.2).Concat(Costs(100, 12)).ToList(), Facts);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldBe(
            "reading all 110 network namespaces with sockets but the host's costs 1202 ms of CPU; 100 cost 0.5 ms or more (12.0 ms, median), as those do that share the node's hash; "
            + "net.ipv4.tcp_child_ehash_entries is 0. Within Tcp:CpuBudget (0.02) readings become at least 60 s old, as the host's own reading and exports are paid first; tcp.agent.snapshot.age shows how old");
        finding.Fix!.Anywhere.ShouldContain("put net.ipv4.tcp_child_ehash_entries = 16384 into /etc/sysctl.d/");
    }

    [Fact]
    public void Judge_WhatTheBudgetCovers_IsFine()
    {
        ReadingCostCheck.Judge(Costs(110, 0.2), Facts).ShouldBe(Finding.Ok(
            "reading all 110 network namespaces with sockets but the host's costs 22 ms of CPU; none costs 0.5 ms or more; "
            + "net.ipv4.tcp_child_ehash_entries is 0. Tcp:CpuBudget (0.02) covers that in every collection"));
        ReadingCostCheck.Judge(Costs(10, 12), Facts).Status.ShouldBe(CheckStatus.Ok, "a few are no burden, whatever their hash");
    }

    [Fact]
    public void Judge_SetAfterTheyWereCreated_SaysToRestartThem()
    {
        Finding finding = ReadingCostCheck.Judge(Costs(100, 12), Facts with { Sysctl = 16_384 });

        finding.Found.ShouldContain("net.ipv4.tcp_child_ehash_entries is 16384");
        finding.Fix!.Anywhere.ShouldContain("restart the pods and containers that were created before");
    }

    [Fact]
    public void Judge_TheHostsSysctlCannotBeRead_SaysNothingOfItAndHowToSetIt()
    {
        Finding finding = ReadingCostCheck.Judge(Costs(100, 12), Facts with { Sysctl = null });

        finding.Found.ShouldNotContain("tcp_child_ehash_entries");
        finding.Fix!.Anywhere.ShouldContain("/etc/sysctl.d/");
    }

    [Fact]
    public void Judge_AKernelWithoutTheSysctl_SaysToRaiseTheBudget() =>
        ReadingCostCheck.Judge(Costs(100, 12), Facts with { Sysctl = null, HasSysctl = false }).Fix!.Anywhere.ShouldStartWith("Raise Tcp:CpuBudget");

    private static List<TimeSpan> Costs(int count, double milliseconds) =>
        [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(milliseconds), count)];
}
