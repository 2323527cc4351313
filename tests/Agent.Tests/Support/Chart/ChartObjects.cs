using k8s;
using k8s.Models;

namespace Agent.Tests.Support.Chart;

/// <summary>Rendered manifests as Kubernetes' own types. Fields that the API does not have are refused.</summary>
internal sealed class ChartObjects(string manifests)
{
    public IReadOnlyList<object> All { get; } = KubernetesYaml.LoadAllFromString(manifests, typeMap: null, strict: true);

    public V1DaemonSet DaemonSet => One<V1DaemonSet>();

    public V1PodSpec Pod => DaemonSet.Spec.Template.Spec;

    public V1Container Container => Pod.Containers.ShouldHaveSingleItem();

    /// <summary>The agent's configuration file.</summary>
    public string Configuration => One<V1ConfigMap>().Data["appsettings.json"];

    public T One<T>() => All.OfType<T>().ShouldHaveSingleItem();

    public static async Task<ChartObjects> OfAsync(string example, params string[] more) =>
        new(await ChartExample.RenderAsync(example, more));
}
