using System.Text.RegularExpressions;
using k8s.Models;

namespace Agent.Tests.Support.Chart;

/// <summary>
/// The environment that the kubelet would give the agent, with the mounted files in a folder of the test's: variables that
/// name one name it there. A path that no volume brings fails the test.
/// </summary>
internal sealed partial class ChartPod : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new("chart");
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    public ChartPod(ChartObjects objects)
    {
        foreach (V1VolumeMount mount in objects.Container.VolumeMounts)
        {
            V1Volume volume = objects.Pod.Volumes.Single(one => one.Name == mount.Name);
            foreach (V1KeyToPath item in volume.Secret?.Items ?? [])
            {
                _files.Add($"{mount.MountPath}/{item.Path}", SecretFile(item.Path));
            }

            if (volume.ConfigMap is not null && mount.Name == "config")
            {
                _files.Add($"{mount.MountPath}/appsettings.json", _folder.Write("appsettings.json", objects.Configuration));
            }
        }

        foreach (V1EnvVar variable in objects.Container.Env)
        {
            Environment[variable.Name] = variable.ValueFrom?.FieldRef is { } field ? NodeField(field.FieldPath) : Expand(variable.Value);
        }
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    private static string NodeField(string path) => path switch
    {
        "spec.nodeName" => "node-7",
        "status.podIP" => "10.0.0.7",
        _ => throw new InvalidOperationException($"The kubelet's {path} is not known here."),
    };

    private string SecretFile(string name) => name switch
    {
        "ca.crt" => _certificates.AuthorityFile,
        "tls.crt" => _certificates.ClientFile,
        "tls.key" => _certificates.ClientKeyFile,
        _ => _folder.Write(name, "authorization: Bearer token\n"),
    };

    private string Expand(string value)
    {
        if (value.StartsWith("/etc/tcp-agent/", StringComparison.Ordinal))
        {
            return _files[value];
        }

        return Reference().Replace(value, match => Environment[match.Groups["name"].Value]);
    }

    /// <summary>Kubernetes' own form, of variables that stand before.</summary>
    [GeneratedRegex(@"\$\((?<name>\w+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
