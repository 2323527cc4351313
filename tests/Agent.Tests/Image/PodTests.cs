using System.Net;
using Agent.Tests.Support;
using Agent.Tests.Support.Chart;
using Agent.Tests.Support.Otlp;
using k8s;
using k8s.Models;

namespace Agent.Tests.Image;

/// <summary>
/// The pod that the chart renders, played by podman. What podman 4.3 does not take is left out or put in its place: the
/// checksum annotation (it allows 63 characters), the node's name, names of ports, port mappings beside hostNetwork. It
/// ignores hostPID and fsGroup, and runs HTTP probes by a shell inside the container, which the image has not: the test asks
/// what they would ask.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class PodTests
{
    [Fact]
    public async Task Pod_OfTheChart_BecomesReadyAndExports()
    {
        using var folder = new TemporaryFolder();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        int health = FreePort.Next();
        ChartObjects objects = await ChartObjects.OfAsync(
            "default",
            "--set", "image.repository=localhost/tcp-agent", "--set-string", "image.tag=amd64",
            "--set", $"otlp.endpoint={receiver.HttpEndpoint}", "--set", "otlp.protocol=http/protobuf",
            "--set", $"health.port={health}");
        string manifest = folder.Write("pod.yaml", KubernetesYaml.SerializeAll([objects.One<V1ConfigMap>(), ForPodman(objects, folder, health)]));

        await ContainerEngine.RunAsync("kube", "play", manifest);
        try
        {
            (await receiver.WaitForExportAsync()).IsFilled.ShouldBeTrue();
            foreach (V1Probe probe in (V1Probe[])[objects.Container.LivenessProbe, objects.Container.ReadinessProbe])
            {
                await AskAsync(new UriBuilder("http", probe.HttpGet.Host, health, probe.HttpGet.Path).Uri);
            }
        }
        finally
        {
            await ContainerEngine.RunAsync("kube", "down", manifest);
            await ContainerEngine.RunAsync("volume", "prune", "--force");
        }
    }

    private static V1Pod ForPodman(ChartObjects objects, TemporaryFolder folder, int health)
    {
        V1PodTemplateSpec template = objects.DaemonSet.Spec.Template;
        template.Metadata.Name = "agent";
        template.Metadata.Annotations = null;
        V1Container container = objects.Container;
        container.Ports = null;
        container.LivenessProbe.HttpGet.Port = health;
        container.ReadinessProbe.HttpGet.Port = health;
        foreach (V1EnvVar variable in container.Env.Where(variable => variable.ValueFrom?.FieldRef is not null))
        {
            variable.ValueFrom = null;
            variable.Value = "node-1";
        }

        foreach (V1Volume volume in template.Spec.Volumes.Where(volume => volume.HostPath is not null))
        {
            volume.HostPath.Path = Directory.CreateDirectory(folder.File(volume.Name)).FullName;
        }

        return new V1Pod { ApiVersion = "v1", Kind = "Pod", Metadata = template.Metadata, Spec = template.Spec };
    }

    private static async Task AskAsync(Uri probe)
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(probe, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
