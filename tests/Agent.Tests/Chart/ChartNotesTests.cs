using Agent.Tests.Support;
using Agent.Tests.Support.Chart;

namespace Agent.Tests.Chart;

/// <summary>What Helm prints after an install. It is not part of <c>helm template</c>, so a copy of the chart renders it as a manifest.</summary>
public sealed class ChartNotesTests
{
    [Theory]
    [InlineData("hostNetwork=true", "hostNetwork, hostPID, hostPath")]
    [InlineData("hostNetwork=false", "hostPID, hostPath")]
    [InlineData("hostPID=false", "hostNetwork, hostPath")]
    [InlineData("hostNetwork=false,hostPID=false,podLogs.enabled=false", "hostPath")]
    [InlineData("podLogs.enabled=false", "hostNetwork, hostPID")]
    [InlineData("enterNamespaces=true", "hostNetwork, hostPID, hostPath, the capabilities SYS_ADMIN and SYS_PTRACE")]
    public async Task Notes_WhatPodSecurityForbids_IsWhatThePodHas(string set, string beyond)
    {
        using var chart = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(ChartExample.Chart, "*", SearchOption.AllDirectories))
        {
            chart.Write(Path.GetRelativePath(ChartExample.Chart, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        File.Copy(chart.File("templates/NOTES.txt"), chart.File("NOTES.txt"));
        chart.Write("templates/notes.yaml", """notes: {{ tpl (.Files.Get "NOTES.txt") . | toJson }}""");

        CommandResult result = await ChartTools.HelmAsync(
            "template", "agent", chart.Path, "--show-only", "templates/notes.yaml", "--values", ChartExample.Values("default"), "--set", set);

        result.ExitCode.ShouldBe(0, result.ErrorText);
        result.OutputText.ShouldContain($"""beyond Pod Security's \"baseline\":\n   {beyond}. Label it:""");
    }
}
