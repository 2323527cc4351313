using Agent.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Config;

/// <summary>No collector can be had here to run it; what can be told from the file alone.</summary>
public sealed class CollectorConfigurationTests
{
    [Fact]
    public void Pipelines_OfTheCollector_UseWhatIsDefinedAndAllOfIt()
    {
        YamlMappingNode root = Load();
        YamlMappingNode pipeline = (YamlMappingNode)root["service"]["pipelines"]["metrics"];

        foreach (string kind in (string[])["receivers", "processors", "exporters"])
        {
            Items(pipeline[kind]).Order(StringComparer.Ordinal).ShouldBe(Keys(root[kind]).Order(StringComparer.Ordinal), kind);
        }
    }

    /// <summary>Attributes of points become a resource's before the pods are looked up by the resource's.</summary>
    [Fact]
    public void Processors_OfTheCollector_GroupByPodBeforeLookingPodsUp()
    {
        YamlMappingNode root = Load();
        string[] processors = Items(root["service"]["pipelines"]["metrics"]["processors"]);

        Items(root["processors"]["groupbyattrs"]["keys"]).ShouldBe(["k8s.pod.uid", "k8s.pod.name", "k8s.namespace.name"]);
        processors.ShouldBe(["memory_limiter", "groupbyattrs", "k8sattributes", "batch"]);
        YamlNode source = root["processors"]["k8sattributes"]["pod_association"][0]["sources"][0];
        source["from"].ToString().ShouldBe("resource_attribute");
        source["name"].ToString().ShouldBe("k8s.pod.uid");
    }

    private static YamlMappingNode Load()
    {
        using var reader = new StreamReader(OperatorFiles.Collector);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static string[] Keys(YamlNode node) => [.. ((YamlMappingNode)node).Children.Keys.Select(key => key.ToString())];

    private static string[] Items(YamlNode node) => [.. ((YamlSequenceNode)node).Children.Select(item => item.ToString())];
}
