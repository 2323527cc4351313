using Agent.Tests.Support.Chart;
using k8s.Models;

namespace Agent.Tests.Chart;

/// <summary>What the pod may do and see, in every example: nothing that it does not need.</summary>
public sealed class ChartHardeningTests
{
    /// <summary>The one example that asks for privileges.</summary>
    private const string Privileged = "every-namespace";

    public static TheoryData<string> Unprivileged =>
        [.. ChartExample.Names.Select(one => one.Data).Where(name => !string.Equals(name, Privileged, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Unprivileged))]
    public async Task Pod_OfAnExample_HasNoPrivileges(string example)
    {
        ChartObjects objects = await ChartObjects.OfAsync(example);

        V1PodSecurityContext pod = objects.Pod.SecurityContext;
        pod.RunAsNonRoot.ShouldBe(true);
        pod.RunAsUser.ShouldBe(65532);
        pod.SeccompProfile.Type.ShouldBe("RuntimeDefault");
        V1SecurityContext container = objects.Container.SecurityContext;
        container.ReadOnlyRootFilesystem.ShouldBe(true);
        container.AllowPrivilegeEscalation.ShouldBe(false);
        container.Capabilities.Drop.ShouldBe(["ALL"]);
        container.Capabilities.Add.ShouldBeNull();
        container.Privileged.ShouldBeNull();
        objects.Pod.AutomountServiceAccountToken.ShouldBe(false);
        objects.All.ShouldAllBe(one => one is V1DaemonSet || one is V1ConfigMap || one is V1ServiceAccount || one is V1NetworkPolicy);
    }

    /// <summary>Capabilities that a pod adds reach root only. All else is as in the others.</summary>
    [Fact]
    public async Task Pod_ThatEntersNamespaces_IsRootWithTwoCapabilities()
    {
        ChartObjects objects = await ChartObjects.OfAsync(Privileged);

        (objects.Pod.SecurityContext.RunAsUser, objects.Pod.SecurityContext.RunAsGroup, objects.Pod.SecurityContext.RunAsNonRoot)
            .ShouldBe((0, 0, false));
        objects.Pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault");
        V1SecurityContext container = objects.Container.SecurityContext;
        container.Capabilities.Add.ShouldBe(["SYS_ADMIN", "SYS_PTRACE"]);
        container.Capabilities.Drop.ShouldBe(["ALL"]);
        container.ReadOnlyRootFilesystem.ShouldBe(true);
        container.AllowPrivilegeEscalation.ShouldBe(false);
        container.Privileged.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(ChartExample.Names), MemberType = typeof(ChartExample))]
    public async Task Mounts_OfAnExample_AreReadOnlyButTheSpool(string example)
    {
        ChartObjects objects = await ChartObjects.OfAsync(example);

        objects.Container.VolumeMounts.Where(mount => mount.ReadOnlyProperty != true)
            .ShouldAllBe(mount => mount.Name == "spool");
        objects.Container.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal)
            .ShouldBe(objects.Pod.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Container_CapabilitiesBesideThoseOfEnterNamespaces_HasAll()
    {
        ChartObjects objects = await ChartObjects.OfAsync(
            Privileged, "--set", "securityContext.capabilities.add={DAC_READ_SEARCH,SYS_PTRACE}");

        objects.Container.SecurityContext.Capabilities.Add.ShouldBe(["SYS_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH"]);
        objects.Container.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"]);
    }

    [Fact]
    public async Task DaemonSet_NodeSelectorThatNamesTheSystemToo_HasEachLabelOnce()
    {
        string manifests = await ChartExample.RenderAsync(
            "default", "--set", @"nodeSelector.kubernetes\.io/os=linux,nodeSelector.pool=a");

        manifests.Split("kubernetes.io/os:").Length.ShouldBe(2);
        new ChartObjects(manifests).Pod.NodeSelector.ShouldBe(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["kubernetes.io/os"] = "linux", ["pool"] = "a" },
            ignoreOrder: true);
    }

    [Fact]
    public async Task DaemonSet_ByDefault_RunsOnEveryLinuxNodeThatIsAMachine()
    {
        ChartObjects objects = await ChartObjects.OfAsync("default");

        objects.Pod.NodeSelector.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal) { ["kubernetes.io/os"] = "linux" });
        objects.Pod.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms.ShouldHaveSingleItem()
            .MatchExpressions.Select(one => $"{one.Key} {one.OperatorProperty} {string.Join(',', one.Values)}")
            .ShouldBe(["eks.amazonaws.com/compute-type NotIn fargate", "type NotIn virtual-kubelet"]);
        objects.Pod.Tolerations.ShouldHaveSingleItem().OperatorProperty.ShouldBe("Exists");
        objects.DaemonSet.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable.Value.ShouldBe("10%");
    }

    [Theory]
    [InlineData("default", "127.0.0.1", null)]
    [InlineData("own-namespaces", null, "status.podIP")]
    public async Task Probes_AskWhereTheAgentListens(string example, string? host, string? address)
    {
        ChartObjects objects = await ChartObjects.OfAsync(example);

        foreach (V1Probe probe in new[] { objects.Container.LivenessProbe, objects.Container.ReadinessProbe })
        {
            probe.HttpGet.Host.ShouldBe(host);
            probe.HttpGet.Port.Value.ShouldBe(objects.Container.Ports.ShouldHaveSingleItem().Name);
        }

        objects.Container.Env.SingleOrDefault(variable => variable.Name == "Health__Address")
            ?.ValueFrom.FieldRef.FieldPath.ShouldBe(address);
    }

    [Fact]
    public async Task NetworkPolicy_LetsOutToDnsAndTheCollectorOnly()
    {
        V1NetworkPolicySpec policy = (await ChartObjects.OfAsync("own-namespaces")).One<V1NetworkPolicy>().Spec;

        policy.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
        (policy.Ingress ?? []).ShouldBeEmpty();
        policy.Egress.Select(rule => string.Join(',', rule.Ports.Select(port => $"{port.Protocol} {port.Port.Value}")))
            .ShouldBe(["UDP 53,TCP 53", "TCP 4318"]);
    }

    [Theory]
    [InlineData("http://collector", "80")]
    [InlineData("https://collector/otlp", "443")]
    [InlineData("http://[fd00::7]:55680", "55680")]
    public async Task NetworkPolicy_AnyEndpoint_HasItsPort(string endpoint, string port)
    {
        ChartObjects objects = await ChartObjects.OfAsync("own-namespaces", "--set", $"otlp.endpoint={endpoint}");

        objects.One<V1NetworkPolicy>().Spec.Egress[^1].Ports.ShouldHaveSingleItem().Port.Value.ShouldBe(port);
    }
}
