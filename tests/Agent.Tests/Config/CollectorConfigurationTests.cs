using System.Text.RegularExpressions;
using Agent.Tests.Support;
using Agent.Tests.Support.Chart;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Config;

/// <summary>
/// The collector that <c>kubectl apply</c> takes. No collector can be had here to run it; what is known from the file alone,
/// with Kubernetes' own types and schemas.
/// </summary>
public sealed partial class CollectorConfigurationTests
{
    private static readonly string Text = File.ReadAllText(OperatorFiles.Collector);

    private static readonly ChartObjects Objects = new(Text);

    private static V1PodSpec Pod => Objects.One<V1Deployment>().Spec.Template.Spec;

    private static V1Container Container => Pod.Containers.ShouldHaveSingleItem();

    [Fact]
    public async Task Manifest_IsWhatKubernetesTakes()
    {
        CommandResult result = await ChartTools.ValidateAsync(Text);

        result.ExitCode.ShouldBe(0, result.OutputText + result.ErrorText);
        Objects.All.Select(one => one.GetType().Name).Order(StringComparer.Ordinal).ShouldBe(
        [
            nameof(V1ClusterRole), nameof(V1ClusterRoleBinding), nameof(V1ConfigMap), nameof(V1ConfigMap), nameof(V1Deployment),
            nameof(V1Service), nameof(V1ServiceAccount),
        ]);
    }

    [Fact]
    public void Manifest_Objects_FitTogether()
    {
        V1ServiceAccount account = Objects.One<V1ServiceAccount>();
        V1ClusterRoleBinding binding = Objects.One<V1ClusterRoleBinding>();
        V1Deployment deployment = Objects.One<V1Deployment>();
        V1Service service = Objects.One<V1Service>();

        Pod.ServiceAccountName.ShouldBe(account.Metadata.Name);
        Rbacv1Subject subject = binding.Subjects.ShouldHaveSingleItem();
        (subject.Kind, subject.Name, subject.NamespaceProperty)
            .ShouldBe(("ServiceAccount", account.Metadata.Name, account.Metadata.NamespaceProperty));
        (binding.RoleRef.Kind, binding.RoleRef.Name).ShouldBe(("ClusterRole", Objects.One<V1ClusterRole>().Metadata.Name));
        deployment.Spec.Template.Metadata.Labels.ShouldBe(deployment.Spec.Selector.MatchLabels);
        service.Spec.Selector.ShouldBe(deployment.Spec.Selector.MatchLabels);
        service.Spec.Ports.Select(port => port.TargetPort.Value).Except(Container.Ports.Select(port => port.Name), StringComparer.Ordinal)
            .ShouldBeEmpty();
        Container.Image.ShouldMatch(@"^otel/opentelemetry-collector-contrib:\d+\.\d+\.\d+$");
        string config = Pod.Volumes.ShouldHaveSingleItem().ConfigMap.Name;
        ConfigMap(config).Data.Keys.ShouldBe(["config.yaml"]);
        Container.Args.ShouldBe([$"--config={Container.VolumeMounts.ShouldHaveSingleItem().MountPath}/config.yaml"]);
    }

    /// <summary>The endpoint that the pages and the chart's examples name.</summary>
    [Fact]
    public async Task Service_IsWhereTheChartSendsTo()
    {
        V1Service service = Objects.One<V1Service>();
        V1EnvVar endpoint = (await ChartObjects.OfAsync("default")).Container.Env
            .Single(variable => variable.Name == "OTEL_EXPORTER_OTLP_ENDPOINT");

        endpoint.Value.ShouldBe($"http://{service.Metadata.Name}.{service.Metadata.NamespaceProperty}.svc:{service.Spec.Ports[0].Port}");
        Receivers().ShouldBe(service.Spec.Ports.Select(port => $"0.0.0.0:{port.Port}"));
    }

    /// <summary>A backend that is not set keeps the container from starting, with the key's name in the pod's events.</summary>
    [Fact]
    public void Backend_NotSet_IsTheOneKeyThatTheContainerMisses()
    {
        V1ConfigMapKeySelector[] keys = [.. Container.Env.Select(variable => variable.ValueFrom.ConfigMapKeyRef)];
        V1ConfigMap backend = ConfigMap(keys.Select(key => key.Name).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem());

        keys.ShouldAllBe(key => key.Optional != true);
        string missing = keys.Select(key => key.Key).Except(backend.Data.Keys, StringComparer.Ordinal).ShouldHaveSingleItem();
        Text.ShouldContain(
            $"couldn't find key {missing} in ConfigMap {backend.Metadata.NamespaceProperty}/{backend.Metadata.Name}");
        Text.ShouldContain($"\n  # {missing}: http");
        Keys(Collector()["exporters"]).ShouldContain(backend.Data["EXPORTER"], StringComparer.Ordinal);
        Variable().Matches(ConfigMap("otel-collector").Data["config.yaml"]).Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(Container.Env.Select(variable => variable.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pipelines_OfTheCollector_UseWhatIsDefinedAndAllOfIt()
    {
        YamlNode service = Collector()["service"];
        YamlNode pipeline = service["pipelines"]["metrics"];

        foreach (string kind in (string[])["receivers", "processors"])
        {
            Items(pipeline[kind]).Order(StringComparer.Ordinal).ShouldBe(Keys(Collector()[kind]).Order(StringComparer.Ordinal), kind);
        }

        Items(pipeline["exporters"]).ShouldBe(["${env:EXPORTER}"]);
        Items(service["extensions"]).ShouldBe(Keys(Collector()["extensions"]));
    }

    /// <summary>Attributes of points become a resource's before the pods are looked up by the resource's.</summary>
    [Fact]
    public void Processors_OfTheCollector_GroupByPodBeforeLookingPodsUp()
    {
        YamlMappingNode root = Collector();
        string[] processors = Items(root["service"]["pipelines"]["metrics"]["processors"]);

        Items(root["processors"]["groupbyattrs"]["keys"]).ShouldBe(["k8s.pod.uid", "k8s.pod.name", "k8s.namespace.name"]);
        processors.ShouldBe(["memory_limiter", "groupbyattrs", "k8sattributes", "batch"]);
        YamlNode source = root["processors"]["k8sattributes"]["pod_association"][0]["sources"][0];
        source["from"].ToString().ShouldBe("resource_attribute");
        source["name"].ToString().ShouldBe("k8s.pod.uid");
    }

    private static V1ConfigMap ConfigMap(string name) => Objects.All.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == name);

    private static YamlMappingNode Collector()
    {
        using var reader = new StringReader(ConfigMap("otel-collector").Data["config.yaml"]);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string[] Receivers()
    {
        YamlNode protocols = Collector()["receivers"]["otlp"]["protocols"];
        return [protocols["grpc"]["endpoint"].ToString(), protocols["http"]["endpoint"].ToString()];
    }

    private static string[] Keys(YamlNode node) => [.. ((YamlMappingNode)node).Children.Keys.Select(key => key.ToString())];

    private static string[] Items(YamlNode node) => [.. ((YamlSequenceNode)node).Children.Select(item => item.ToString())];

    [GeneratedRegex(@"\$\{env:(?<name>\w+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
