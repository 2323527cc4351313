using Agent.Doctor.Checks;
using Agent.Doctor.Proc;
using Agent.Doctor.Running;

namespace Agent.Tests.Doctor.Running;

public sealed class RunningAgentTests
{
    [Theory]
    [InlineData("agent run", "/usr/local/bin/agent", 1)]
    [InlineData("agent", null, 1)]
    [InlineData("./out/agent run", null, 1)]
    [InlineData("a-name-of-systemd's run", "/usr/local/bin/agent", 1)]
    [InlineData("agent run", "/usr/local/bin/agent (deleted)", 1)]
    [InlineData("tcp-agent run", "/usr/local/bin/tcp-agent", 1)]
    [InlineData("dotnet /src/bin/agent.dll run", "/usr/share/dotnet/dotnet", 2)]
    [InlineData("dotnet exec agent.dll run", "/usr/share/dotnet/dotnet", 3)]
    [InlineData("dotnet build", "/usr/share/dotnet/dotnet", 0)]
    [InlineData("vi agent.dll", "/usr/bin/vi", 0)]
    [InlineData("agent", "/usr/bin/ssh-agent", 0)]
    [InlineData("ssh-agent", null, 0)]
    [InlineData("", null, 0)]
    public void ProgramLength_OfACommandLine_IsThatOfAnAgentOnly(string command, string? file, int expected) =>
        RunningAgent.ProgramLength(command.Split(' '), file, "/opt/tcp-agent").ShouldBe(expected);

    [Fact]
    public void Differences_OfTwoProcesses_NameEachWithBothValues()
    {
        var agent = new ProcStatus(["Uid:\t9\t9\t9\t9", "Gid:\t8\t8\t8\t8", "Groups:\t8", "CapEff:\t0000000000000000"]);
        var own = new ProcStatus(["Uid:\t0\t0\t0\t0", "Gid:\t8\t8\t8\t8", "Groups:\t1 2", "CapEff:\t0000000000200000"]);

        RunningAgentCheck.Differences(agent, own, ["mount namespace"]).ShouldBe(
        [
            "mount namespace", "user (0 instead of 9)", "supplementary groups (1 2 instead of none)",
            "capabilities (0000000000200000 instead of 0000000000000000)",
        ]);
        RunningAgentCheck.Differences(agent, agent, []).ShouldBeEmpty();
    }

    [Fact]
    public void Judge_WhatNoProcessCanTake_IsSaidWithoutAWarning()
    {
        var agent = new RunningAgent(812, "/proc/812", ["agent", "run"], null);

        RunningAgentCheck.Judge(agent, [], ["seccomp filter"]).ShouldBe(Finding.Ok(
            "PID 812 (agent run), examined with its environment, namespaces, user, groups and capabilities; not applied here: its seccomp filter"));
        RunningAgentCheck.Judge(agent, ["user (0 instead of 9)"], []).Status.ShouldBe(CheckStatus.Warning);
    }

    [Fact]
    public unsafe void ExecStrings_OfVariables_PointToEachAndEndWithNull()
    {
        var strings = new ExecStrings("A=1\0\0B=\xc3\0rest"u8);

        new string((sbyte*)strings.Pointers[0]).ShouldBe("A=1");
        (*strings.Pointers[1]).ShouldBe((byte)0);
        ((nint)strings.Pointers[3]).ShouldBe(0);
        ((nint)new ExecStrings([]).First).ShouldBe(0);
    }
}
