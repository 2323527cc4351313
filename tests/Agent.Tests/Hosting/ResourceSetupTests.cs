using Agent.Hosting;
using OpenTelemetry.Resources;

namespace Agent.Tests.Hosting;

/// <summary>The variables themselves are tested on the process (OtlpExportTests): they are its environment.</summary>
public sealed class ResourceSetupTests
{
    [Fact]
    public void Create_WithoutVariables_SaysWhoReports()
    {
        Resource resource = ResourceSetup.Create("node-1").Build();

        Dictionary<string, object> attributes = resource.Attributes.ToDictionary(StringComparer.Ordinal);
        attributes["service.name"].ShouldBe("tcp-agent");
        attributes["service.version"].ShouldBe(ResourceSetup.Version());
        attributes["host.name"].ShouldBe("node-1");
        Guid.TryParse((string)attributes["service.instance.id"], out _).ShouldBeTrue();
        attributes["telemetry.sdk.language"].ShouldBe("dotnet");
    }

    [Fact]
    public void Version_IsAReleaseNumber() => Version.TryParse(ResourceSetup.Version(), out _).ShouldBeTrue();
}
