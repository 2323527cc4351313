using System.Reflection;
using Agent.Configuration;
using OpenTelemetry.Resources;

namespace Agent.Hosting;

/// <summary>The resource: the agent's own attributes, then those of <see cref="ResourceVariables"/>, which win.</summary>
internal static class ResourceSetup
{
    public const string ServiceName = "tcp-agent";

    private const string MachineIdFile = "/etc/machine-id";

    public static ResourceBuilder Create(string hostName, IReadOnlyDictionary<string, string> attributes) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddAttributes(
        [
            new("service.name", ServiceName),
            new("service.version", Version()),
            new("service.instance.id", InstanceId.Of(MachineId(), hostName).ToString()),
            new("host.name", hostName),
        ])
        .AddAttributes(attributes.Select(attribute => KeyValuePair.Create<string, object>(attribute.Key, attribute.Value)));

    public static string Version() =>
        typeof(ResourceSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0.0.0";

    private static string MachineId() => RegularFile.Try(() => File.ReadAllText(MachineIdFile).Trim()) ?? "";
}
