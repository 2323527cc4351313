using Agent.Configuration;
using Agent.Doctor.Checks;
using Agent.Doctor.Proc;
using Agent.Export;
using Agent.Export.Transport;
using Agent.Tcp;
using Agent.Tests.Support;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Doctor.Checks;

/// <summary>The checks of this process and of its settings.</summary>
public sealed class OwnChecksTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("0000000000000000", "no capabilities (none is needed); seccomp filter, no new privileges; may not enter")]
    [InlineData("0000000000280000", "CAP_SYS_PTRACE, CAP_SYS_ADMIN; seccomp filter, no new privileges; may enter other network namespaces")]
    [InlineData("0000000000200400", "CAP_SYS_ADMIN, 1 other capabilities; seccomp filter, no new privileges; may not enter")]
    public void Privileges_OfTheStatus_SayWhatTheyAllow(string capabilities, string expected)
    {
        Finding finding = PrivilegesCheck.Judge(new ProcStatus(
            ["Uid:\t1\t1\t1\t1", "Gid:\t2\t2\t2\t2", "Groups:\t", $"CapEff:\t{capabilities}", "NoNewPrivs:\t1", "Seccomp:\t2"]));

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldStartWith($"uid 1, gid 2; {expected}");
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", "ok")]
    [InlineData("Max open files            unlimited            unlimited            files     ", "ok")]
    [InlineData("Max open files            256                  524288               files     ", "warning")]
    [InlineData("Max processes             256                  524288               processes ", "skipped")]
    public void OpenFiles_AgainstTheNamespaces_WarnWhenTooFew(string line, string expected) =>
        OpenFilesCheck.Judge([line], namespaces: 100).Status.Word().ShouldBe(expected);

    [Fact]
    public void OpenFiles_RoundTripsAreSampled_AreTwoForEachNamespace()
    {
        const string Line = "Max open files            350                  524288               files     ";
        OpenFilesCheck.Judge([Line], namespaces: 100).Status.ShouldBe(CheckStatus.Ok);
        OpenFilesCheck.Judge([Line], namespaces: 100, samples: true).Status.ShouldBe(CheckStatus.Warning);
    }

    [Fact]
    public void Ipv6_OfAProcRoot_IsTold()
    {
        using var folder = new TemporaryFolder();
        Ipv6Check.Look(folder.Path, NamespaceScope.All).Status.ShouldBe(CheckStatus.Skipped);
        folder.Write("1/net/tcp", "");
        Ipv6Check.Look(folder.Path, NamespaceScope.All).Found.ShouldStartWith("not in this kernel");
        folder.Write("1/net/tcp6", "");
        Ipv6Check.Look(folder.Path, NamespaceScope.All).Found.ShouldStartWith("present");
    }

    [Theory]
    [InlineData(0, "ok")]
    [InlineData(29, "ok")]
    [InlineData(-31, "warning")]
    [InlineData(3600, "warning")]
    public void Clock_AgainstTheCollectors_WarnsWhenFarOff(int seconds, string expected) =>
        ClockCheck.Judge(new CollectorAnswer { Now = Now.AddSeconds(seconds), Date = Now }).Status.Word().ShouldBe(expected);

    [Fact]
    public void Clock_WithoutADate_IsSkipped()
    {
        ClockCheck.Judge(null).Status.ShouldBe(CheckStatus.Skipped);
        ClockCheck.Judge(new CollectorAnswer()).Status.ShouldBe(CheckStatus.Skipped);
    }

    [Fact]
    public void Exporter_OfOtlp_ShowsEverythingButSecrets()
    {
        Finding finding = ExporterCheck.Judge(new TelemetrySettings
        {
            Otlp = new OtlpSettings
            {
                Endpoint = new Uri("https://collector/v1/metrics?key=hunter2"),
                Protocol = OtlpExportProtocol.HttpProtobuf,
                Headers = [("authorization", "Bearer hunter2"), ("tenant", "a")],
                Compression = OtlpExportCompression.GZip,
            },
        });

        finding.ShouldBe(Finding.Ok(
            "OTLP by HTTP/protobuf to https://collector/v1/metrics?(not shown), gzip, 2 header(s), values not shown, timeout 10 s, every 60 s, cumulative temporality"));
    }

    /// <summary>An export ends before the next is due, whatever its time limit.</summary>
    [Fact]
    public void Exporter_TimeoutBeyondTheInterval_IsOk()
    {
        var otlp = new OtlpSettings { Endpoint = new Uri("http://c"), Protocol = OtlpExportProtocol.Grpc, TimeoutMilliseconds = 5000 };

        ExporterCheck.Judge(new TelemetrySettings { Otlp = otlp, ExportIntervalMilliseconds = 2000 }).Status.ShouldBe(CheckStatus.Ok);
    }

    [Theory]
    [InlineData(true, true, "ok", "no endpoint is configured")]
    [InlineData(true, false, "ok", "a table is printed")]
    [InlineData(false, false, "warning", "nothing is collected or exported: OTEL_METRICS_EXPORTER is none")]
    public void Exporter_WithoutOtlp_SaysWhatHappens(bool console, bool unconfigured, string expected, string said)
    {
        Finding finding = ExporterCheck.Judge(new TelemetrySettings { Console = console, IsUnconfigured = unconfigured });

        finding.Status.Word().ShouldBe(expected);
        finding.Found.ShouldStartWith(said);
    }

    [Fact]
    public void Exporter_SdkDisabled_WarnsWhateverElseIsSet()
    {
        Finding finding = ExporterCheck.Judge(new TelemetrySettings { IsDisabled = true, Console = true, IsUnconfigured = true });

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldBe("nothing is collected or exported: OTEL_SDK_DISABLED is true");
    }

    [Fact]
    public void Configuration_AResourceAttributeThatIsIgnored_Warns()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_RESOURCE_ATTRIBUTES"] = "a=1,b=%zz" };

        Finding finding = ConfigurationCheck.Look(new DoctorContext
        {
            Configuration = AgentConfiguration.Load(null, environment),
            Environment = environment,
        });

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldContain("member 2 is ignored: the value of b cannot be percent-decoded");
    }

    [Fact]
    public void Configuration_RetriesOfTheSdk_WarnsThatTheyAreIgnored()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory" };

        Finding finding = ConfigurationCheck.Look(new DoctorContext
        {
            Configuration = AgentConfiguration.Load(null, environment),
            Environment = environment,
        });

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldContain("variable OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY is ignored");
        finding.Fix!.Anywhere.ShouldBe("Unset OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY.");
    }

    [Fact]
    public void Snapshot_WithErrorsOrOddities_SaysThem()
    {
        SocketView view = new()
        {
            Counts = new Dictionary<string, long>(StringComparer.Ordinal) { ["listen inet"] = 3, ["listen inet6"] = 4 },
            Sources = new Dictionary<string, int>(StringComparer.Ordinal) { ["procfs"] = 1, ["sockdiag"] = 2 },
            Errors = [],
            Oddities = [],
            Elapsed = TimeSpan.FromMilliseconds(5),
        };

        SnapshotCheck.Judge(view).ShouldBe(
            Finding.Ok("7 sockets in 3 network namespace(s) (1 by procfs, 2 by sockdiag) in 5 ms"));
        SnapshotCheck.Judge(view with { Oddities = ["Strange."] }).Status.ShouldBe(CheckStatus.Warning);
        Finding failed = SnapshotCheck.Judge(view with { Errors = ["A.", "B.", "C.", "D."] });
        failed.Status.ShouldBe(CheckStatus.Failed);
        failed.Found.ShouldEndWith("; A. B. C. And 1 more.");
    }
}
