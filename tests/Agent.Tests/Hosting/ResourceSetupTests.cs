using Agent.Configuration;
using Agent.Hosting;
using OpenTelemetry.Resources;

namespace Agent.Tests.Hosting;

public sealed class ResourceSetupTests
{
    [Fact]
    public void Create_WithoutVariables_SaysWhoReports()
    {
        Resource resource = ResourceSetup.Create("node-1", ResourceVariables.None.Attributes).Build();

        Dictionary<string, object> attributes = resource.Attributes.ToDictionary(StringComparer.Ordinal);
        attributes["service.name"].ShouldBe("tcp-agent");
        attributes["service.version"].ShouldBe(ResourceSetup.Version());
        attributes["host.name"].ShouldBe("node-1");
        Guid.TryParse((string)attributes["service.instance.id"], out _).ShouldBeTrue();
        attributes["telemetry.sdk.language"].ShouldBe("dotnet");
    }

    [Fact]
    public void Create_WithAttributes_TheyWin()
    {
        Resource resource = ResourceSetup.Create(
            "node-1", new Dictionary<string, string>(StringComparer.Ordinal) { ["host.name"] = "node-7", ["a"] = "b" }).Build();

        resource.Attributes.Where(attribute => attribute.Key is "host.name" or "a").ShouldBe(
            [new("host.name", "node-7"), new("a", "b")], ignoreOrder: true);
    }

    [Fact]
    public void Version_IsAReleaseNumberAndItsCommit() => ResourceSetup.Version().ShouldMatch(@"^\d+\.\d+\.\d+(\+[0-9a-f]{40}(-dirty)?)?$");
}
