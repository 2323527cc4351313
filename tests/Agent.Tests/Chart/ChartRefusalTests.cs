using Agent.Tests.Support;
using Agent.Tests.Support.Chart;
using k8s.Models;

namespace Agent.Tests.Chart;

/// <summary>What cannot work is refused before anything is installed, with the fix.</summary>
public sealed class ChartRefusalTests
{
    [Theory]
    [InlineData("otlp.endpoint=", "otlp.endpoint is required: say where metrics go")]
    [InlineData("image.repository=", "image.repository is required: build the image")]
    [InlineData("otlp.tls.caSecret.name=ca", "write otlp.endpoint with https://, or leave otlp.tls out")]
    [InlineData("otlp.tls.clientSecret.name=me", "write otlp.endpoint with https://, or leave otlp.tls out")]
    [InlineData("otlp.protocol=http/protobuf", "set otlp.protocol to grpc, or take the collector's HTTP port, 4318")]
    [InlineData("otlp.endpoint=http://[::1]:4318", "set otlp.protocol to http/protobuf, or take the collector's gRPC port, 4317")]
    [InlineData("networkPolicy.enabled=true", "set hostNetwork to false, or leave networkPolicy.enabled at false")]
    [InlineData("spool.enabled=false,spool.hostPath=/var/lib/x", "set spool.enabled to true, or leave spool.hostPath out")]
    [InlineData("hostNetwork=false,agent.Tcp.Namespaces=Own", "set hostNetwork to true, or Namespaces to Host or All")]
    [InlineData("hostNetwork=false,agent.Tcp.Source=SockDiag", "set hostNetwork to true, or Source to Auto")]
    [InlineData("hostNetwork=false,agent.Tcp.Metrics.RoundTrips=true", "set hostNetwork or enterNamespaces to true, or RoundTrips to false")]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=1", "leave maxSurge out, or set health.port to 0")]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=10%", "both need the node's port 9964 (health.port)")]
    [InlineData("hostNetwork=false,updateStrategy.rollingUpdate.maxSurge=1,updateStrategy.rollingUpdate.maxUnavailable=1", "leave maxUnavailable out")]
    [InlineData("updateStrategy.rollingUpdate.maxUnavailable=0%", "leave maxUnavailable out, or set maxSurge")]
    [InlineData("extraEnv[0].name=A,extraEnv[1].name=A", "extraEnv has A twice: leave one of them out")]
    [InlineData("enterNamespaces=true,agent.Tcp.Namespaces=Host", "or enterNamespaces at false")]
    [InlineData("enterNamespaces=true,agent.Tcp.Source=Procfs", "leave agent.Tcp.Namespaces at All and agent.Tcp.Source at Auto")]
    [InlineData("resourceAttributes.team=a=b", "resourceAttributes.team: a comma or an equals sign would begin another attribute")]
    [InlineData("resourceAttributes.team=100%", "resourceAttributes.team: a percent sign begins an encoded character")]
    [InlineData("otlp.tls.caSecret.name=ca,otlp.endpoint=http://c:4317?key=k", "otlp.tls is set, and http://c:4317 is not encrypted")]
    public Task Template_WhatCannotWork_IsRefusedWithTheFix(string set, string fix) => RefusedAsync(set, fix);

    [Theory]
    [InlineData("otlp.endpont=x", "Additional property endpont is not allowed")]
    [InlineData("agent.Tcp.CpuBuget=1", "Additional property CpuBuget is not allowed")]
    [InlineData("agent.Tcp.ProcRoot=/x", "Additional property ProcRoot is not allowed")]
    [InlineData("agent.Tcp.CpuBudget=2", "agent.Tcp.CpuBudget: Must be less than or equal to 1")]
    [InlineData("agent.Tcp.ReadTimeout=soon", "agent.Tcp.ReadTimeout")]
    [InlineData("agent.Tcp.ReadTimeout=24:00:00", "agent.Tcp.ReadTimeout")]
    [InlineData("otlp.protocol=udp", "otlp.protocol must be one of the following")]
    [InlineData("otlp.endpoint=collector:4317", "otlp.endpoint: Does not match pattern")]
    [InlineData("health.port=70000", "health.port: Must be less than or equal to 65535")]
    [InlineData("hostNetwork=maybe", "hostNetwork: Invalid type")]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=some", "updateStrategy.rollingUpdate.maxSurge")]
    [InlineData("extraEnv[0].value=x", "extraEnv.0: name is required")]
    [InlineData("extraEnv[0].name=A,extraEnv[0].vlaue=x", "Additional property vlaue is not allowed")]
    [InlineData(@"nodeSelector.kubernetes\.io/os=windows", "nodeSelector.kubernetes.io/os does not match: \"linux\"")]
    public Task Template_WhatTheSchemaDoesNotKnow_IsRefused(string set, string words) => RefusedAsync(set, words);

    [Theory]
    [InlineData("podLogs=null", "podLogs is required")]
    [InlineData("podLogs.enabled=null", "podLogs: enabled is required")]
    [InlineData("hostPID=null", "hostPID is required")]
    [InlineData("otlp.tls=null", "otlp: tls is required")]
    [InlineData("otlp.protocol=null", "otlp: protocol is required")]
    [InlineData("otlp.tls.caSecret=null", "otlp.tls: caSecret is required")]
    public Task Template_ADefaultTakenAwayThatIsNeeded_IsRefusedByItsName(string set, string words) => RefusedAsync(set, words);

    [Theory]
    [InlineData("nodeSelector=null")]
    [InlineData("updateStrategy=null")]
    [InlineData("affinity=null")]
    [InlineData("tolerations=null")]
    [InlineData("resources=null")]
    [InlineData("podLogs.path=null")]
    public async Task Template_ADefaultTakenAwayThatKubernetesHasToo_IsRendered(string set) =>
        (await ChartObjects.OfAsync("default", "--set", set)).DaemonSet.Spec.Template.ShouldNotBeNull();

    [Theory]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=1,health.port=0", "1", "0")]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=25%,hostNetwork=false", "25%", "0")]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=1,updateStrategy.rollingUpdate.maxUnavailable=0,hostNetwork=false", "1", "0")]
    [InlineData("updateStrategy.rollingUpdate.maxSurge=0", "0", "10%")]
    [InlineData("updateStrategy.rollingUpdate.maxUnavailable=2", null, "2")]
    [InlineData("updateStrategy=null", null, "10%")]
    public async Task Template_Rollout_HasASurgeOrUnavailablePods(string set, string? surge, string unavailable)
    {
        V1RollingUpdateDaemonSet update = (await ChartObjects.OfAsync("default", "--set", set)).DaemonSet.Spec.UpdateStrategy.RollingUpdate;

        ((string?)update.MaxSurge).ShouldBe(surge);
        ((string?)update.MaxUnavailable).ShouldBe(unavailable);
    }

    private static async Task RefusedAsync(string set, string words)
    {
        CommandResult result = await ChartExample.TemplateAsync("default", "--set", set);

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain(words);
    }
}
