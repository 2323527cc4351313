using System.Text.Json;
using Agent.Configuration;
using Agent.Tests.Support;
using Agent.Tests.Support.Chart;

namespace Agent.Tests.Chart;

/// <summary>What the chart writes for the agent, read by the agent's own reader.</summary>
public sealed class ChartConfigurationTests
{
    /// <summary>Settings that the chart decides by values of its own.</summary>
    private static readonly string[] Decided =
    [
        "Tcp:ProcRoot", "Tcp:PodLogs", "Tcp:ContainerLogs", "Export:HeadersFile", "Export:Spool:Path", "Export:Spool:MaxBytes", "Health:Port",
        "Health:Address",
    ];

    [Theory]
    [MemberData(nameof(ChartExample.Names), MemberType = typeof(ChartExample))]
    public async Task Load_WhatAnExampleRenders_HasNoFault(string example)
    {
        using var pod = new ChartPod(await ChartObjects.OfAsync(example));

        AgentConfiguration.Load(null, pod.Environment).Telemetry.Otlp.ShouldNotBeNull();
    }

    [Fact]
    public async Task Load_TheDefaultExample_SharesTheHostsNamespaces()
    {
        using var pod = new ChartPod(await ChartObjects.OfAsync("default"));
        AgentConfiguration configuration = AgentConfiguration.Load(null, pod.Environment);

        configuration.Settings.Tcp.ProcRoot.ShouldBe("/proc");
        configuration.Settings.Tcp.PodLogs.ShouldBe("/var/log/pods");
        configuration.Settings.Tcp.ContainerLogs.ShouldBe("/var/log/containers");
        configuration.Settings.Health.Port.ShouldBe(9964);
        configuration.Settings.Health.Address.ToString().ShouldBe("127.0.0.1");
        configuration.Settings.Export.Spool.Path.ShouldBe("/var/spool/tcp-agent");
        configuration.Telemetry.Otlp!.Endpoint.ToString().ShouldBe("http://otel-collector.observability.svc:4317/");
        configuration.Telemetry.ExportIntervalMilliseconds.ShouldBe(60_000);
        pod.Environment["OTEL_RESOURCE_ATTRIBUTES"].ShouldBe("k8s.node.name=node-7,host.name=node-7,service.instance.id=node-7");
    }

    [Fact]
    public async Task Load_WithoutTheHostsNamespaces_ReadsTheMountedProc()
    {
        using var pod = new ChartPod(await ChartObjects.OfAsync("own-namespaces"));
        AgentConfiguration configuration = AgentConfiguration.Load(null, pod.Environment);

        configuration.Settings.Tcp.ProcRoot.ShouldBe("/host/proc");
        configuration.Settings.Health.Address.ToString().ShouldBe("10.0.0.7");
    }

    [Fact]
    public async Task Load_Secrets_AreReadFromTheirMounts()
    {
        using var pod = new ChartPod(await ChartObjects.OfAsync("vendor-tls"));
        AgentConfiguration configuration = AgentConfiguration.Load(null, pod.Environment);

        configuration.Settings.Export.HeadersFile.ShouldBe("/etc/tcp-agent/headers/headers");
        configuration.Telemetry.Otlp!.Tls.Authorities.ShouldNotBeNull();
        configuration.Telemetry.Otlp.Tls.Client.ShouldNotBeNull();
    }

    [Fact]
    public async Task Load_SettingsOfTheUser_AreTheAgents()
    {
        using var pod = new ChartPod(await ChartObjects.OfAsync("every-node"));
        AgentSettings settings = AgentConfiguration.Load(null, pod.Environment).Settings;

        settings.Tcp.CpuBudget.ShouldBe(0.05);
        settings.Tcp.MaxNamespaces.ShouldBe(1000);
        settings.Tcp.CollectionTimeout.ShouldBe(TimeSpan.FromSeconds(5));
        settings.Export.AttemptTimeout.ShouldBe(TimeSpan.FromSeconds(3));
        settings.Export.Spool.MaxBytes.ShouldBe(1_073_741_824);
        settings.Logging.Levels["Agent.Export"].ShouldBe(Microsoft.Extensions.Logging.LogLevel.Information);
    }

    /// <summary>The API takes text only, and an unquoted true or 1000000 is none; Helm reads the number as 1e+06.</summary>
    [Theory]
    [InlineData("true", "true")]
    [InlineData("1000000", "1000000")]
    [InlineData("0.05", "0.05")]
    [InlineData("'007'", "007")]
    [InlineData("null", "")]
    [InlineData("$(K8S_NODE_NAME)", "$(K8S_NODE_NAME)")]
    public async Task Environment_ExtraValueOfAnyKind_IsText(string written, string expected)
    {
        using var folder = new TemporaryFolder();
        string values = folder.Write("values.yaml", $"extraEnv: [{{name: EXTRA, value: {written}}}]\n");

        string manifests = await ChartExample.RenderAsync("default", "--values", values);

        manifests.ShouldContain($"- name: \"EXTRA\"\n              value: \"{expected}\"\n");
        (await ChartTools.ValidateAsync(manifests)).OutputText.ShouldBeEmpty();
    }

    /// <summary>A server-side apply refuses a name that stands twice; the one that refers to others comes after them.</summary>
    [Fact]
    public async Task Environment_ExtraValueOfTheChartsOwnName_ReplacesIt()
    {
        ChartObjects objects = await ChartObjects.OfAsync(
            "default",
            "--set",
            "extraEnv[0].name=OTEL_EXPORTER_OTLP_TIMEOUT,extraEnv[0].value=5000,extraEnv[1].name=K8S_NODE_NAME,extraEnv[1].value=other");
        using var pod = new ChartPod(objects);

        objects.Container.Env.Select(variable => variable.Name).ShouldBeUnique(StringComparer.Ordinal);
        pod.Environment["OTEL_EXPORTER_OTLP_TIMEOUT"].ShouldBe("5000");
        pod.Environment["OTEL_RESOURCE_ATTRIBUTES"].ShouldBe("k8s.node.name=other,host.name=other,service.instance.id=other");
    }

    [Fact]
    public async Task Environment_ResourceAttributesOfTheUser_AreTheOnlyOnes()
    {
        using var pod = new ChartPod(await ChartObjects.OfAsync(
            "default", "--set", @"extraEnv[0].name=OTEL_RESOURCE_ATTRIBUTES,extraEnv[0].value=host.name=$(K8S_NODE_NAME)"));

        pod.Environment["OTEL_RESOURCE_ATTRIBUTES"].ShouldBe("host.name=node-7");
    }

    [Fact]
    public void Schema_AgentSection_HasTheAgentsKeysAndNoOthers()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(ChartExample.Chart, "values.schema.json")));
        JsonElement agent = schema.RootElement.GetProperty("properties").GetProperty("agent");

        string[] known = [.. SettingSchema.All.Select(setting => setting.Key).Except(Decided, StringComparer.Ordinal)];
        Keys(agent, "").ShouldBe(known, ignoreOrder: true);
    }

    private static IEnumerable<string> Keys(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            return properties.EnumerateObject().SelectMany(one => Keys(one.Value, path.Length > 0 ? $"{path}:{one.Name}" : one.Name));
        }

        bool isOpen = schema.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.Object;
        return [isOpen ? path + ":*" : path];
    }
}
