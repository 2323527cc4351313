using System.Buffers.Binary;
using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Agent.Tests.Doctor;
using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Image;

/// <summary>What the Dockerfile makes, run by podman with the command of docs/install.md.</summary>
[Collection(AloneCollection.Name)]
public sealed class ImageTests
{
    private static readonly KeyValuePair<string, string> Often = new("OTEL_METRIC_EXPORT_INTERVAL", "100");

    private static readonly string[] Documented = ContainerEngine.DocumentedOptions();

    /// <summary>As in a pod without hostNetwork and hostPID: namespaces of its own, and the host's /proc mounted.</summary>
    private static readonly string[] Apart =
    [
        "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--volume", "/proc:/host/proc:ro",
    ];

    [Fact]
    public async Task Start_NoEndpoint_PrintsTheTableAndStopsInOrder()
    {
        await using TestProcess agent = await ContainerEngine.StartAsync(Documented, []);

        await agent.Output.WaitForAsync("tcp.connections {connection}");
        await agent.StopAsync();
        agent.Error.All.ShouldAllBe(line => line.Contains(" info: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Start_Endpoint_ExportsWithoutUserRightsOrCapabilities(string protocol)
    {
        using var folder = new TemporaryFolder();
        string pid = Path.Combine(folder.Path, "pid");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = await ContainerEngine.StartAsync(
            [.. Documented, "--pidfile", pid], [], [Often, .. AgentRun.By(receiver, protocol)]);

        (await receiver.WaitForExportAsync()).IsFilled.ShouldBeTrue(agent.Error.Text);

        string id = (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim();
        string[] status = await File.ReadAllLinesAsync($"/proc/{id}/status", TestContext.Current.CancellationToken);
        string[] wanted =
        [
            "Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532", "NoNewPrivs:\t1",
            .. ((string[])["CapPrm", "CapEff", "CapBnd", "CapAmb"]).Select(set => $"{set}:\t0000000000000000"),
        ];
        wanted.Except(status, StringComparer.Ordinal).ShouldBeEmpty();
        await agent.StopAsync();
    }

    /// <summary>OpenSSL and the authorities' certificates are there: an unknown authority is refused, and for that reason.</summary>
    [Fact]
    public async Task Start_EncryptedEndpointOfAnUnknownAuthority_SaysSo()
    {
        using var certificates = new TestCertificates("unknown");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(
            new OtlpReceiverOptions { ServerCertificate = certificates.Server });
        await using TestProcess agent = await ContainerEngine.StartAsync(Documented, [], [Often, .. AgentRun.OverHttp(receiver)]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("signed by an authority that is not trusted");
        agent.Terminate();
        await agent.WaitForExitAsync();
    }

    /// <summary>The authorities that the image trusts are read from the file where Debian has them.</summary>
    [Fact]
    public async Task Start_EncryptedEndpointOfAnAuthorityInTheImage_Exports()
    {
        using var certificates = new TestCertificates("known");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(
            new OtlpReceiverOptions { ServerCertificate = certificates.Server });
        await using TestProcess agent = await ContainerEngine.StartAsync(
            [.. Documented, "--volume", $"{certificates.AuthorityFile}:/etc/ssl/certs/ca-certificates.crt:ro"],
            [],
            [Often, .. AgentRun.OverHttp(receiver)]);

        (await receiver.WaitForExportAsync()).IsFilled.ShouldBeTrue(agent.Error.Text);
        await agent.StopAsync();
    }

    [Fact]
    public async Task Doctor_InTheImage_FindsNothingWrong()
    {
        await using TestProcess doctor = await ContainerEngine.StartAsync(Documented, ["doctor"]);

        (await doctor.WaitForExitAsync()).ShouldBe(0, doctor.Output.Text);
        doctor.Output.Text.ShouldContain("uid 65532, gid 65532, groups 65532; no capabilities (none is needed); seccomp filter");
    }

    /// <summary>What docker exec and kubectl exec start has the container's environment and user; --pid names the agent, too.</summary>
    [Fact]
    public async Task Doctor_OfTheAgentInAContainer_HasItsSettingsFromWithinAndFromTheHost()
    {
        using var folder = new TemporaryFolder();
        string pid = Path.Combine(folder.Path, "pid");
        string name = Path.GetFileName(folder.Path);
        await using TestProcess agent = await ContainerEngine.StartAsync(
            [.. Apart, "--name", name, "--pidfile", pid], [], new("OTEL_METRICS_EXPORTER", "none"), new("Tcp__ProcRoot", "/host/proc"));
        await agent.Error.WaitForAsync("Nothing is collected");

        DoctorRun executed = await ExecuteAsync("doctor", "--json");
        DoctorRun within = await ExecuteAsync("doctor", "--json", "--pid", "1");
        string id = (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim();
        DoctorRun outside = DoctorRun.Parse(await AgentProgram.RunAsync(["doctor", "--pid", id, "--json"]));

        foreach (DoctorRun run in new[] { executed, within, outside })
        {
            run["configuration"].Found.ShouldStartWith("valid: no file (built-in defaults), 1 variable(s) of the agent, 1 of OpenTelemetry (OTEL_*)");
            run["privileges"].Found.ShouldStartWith("uid 65532, gid 65532");
            run["privileges"].Found.ShouldContain("; no capabilities (none is needed); seccomp filter, no new privileges; ");
        }

        executed["proc-owner"].Found.ShouldContain("(1 further out)");
        within["proc-owner"].ShouldBe(executed["proc-owner"]);
        within["agent"].Status.ShouldBe("ok");
        outside.Pid.ShouldNotBe(1);
        agent.Terminate();
        await agent.WaitForExitAsync();

        async Task<DoctorRun> ExecuteAsync(params string[] arguments) => DoctorRun.Parse(
            new CommandResult(0, [await ContainerEngine.RunAsync(["exec", name, "/app/agent", .. arguments])], []));
    }

    /// <summary>The chart's mode without hostNetwork and hostPID: the host's sockets are seen all the same.</summary>
    [Fact]
    public async Task Snapshot_HostProcMounted_IsOfTheHost()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using TestProcess snapshot = await ContainerEngine.StartAsync(
            Apart, ["snapshot", "--proc-root", "/host/proc", "--namespaces", "host", "--sockets", "--json"]);

        (await snapshot.WaitForExitAsync()).ShouldBe(0, snapshot.Error.Text);

        using JsonDocument json = JsonDocument.Parse(snapshot.Output.Text);
        JsonElement host = json.RootElement.GetProperty("namespaces").EnumerateArray().ShouldHaveSingleItem();
        host.GetProperty("kind").GetString().ShouldBe("host");
        host.GetProperty("source").GetString().ShouldBe("procfs");
        host.GetProperty("sockets").EnumerateArray()
            .Where(socket => socket.GetProperty("state").GetString() == "listen")
            .Select(socket => socket.GetProperty("local").GetProperty("port").GetInt32())
            .ShouldContain(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    /// <summary>Of the ELF header (elf(5)): 64 bits, and e_machine at offset 18. Nothing but the program and its licence is added.</summary>
    [Theory]
    [InlineData("amd64", 62)] // EM_X86_64
    [InlineData("arm64", 183)] // EM_AARCH64
    public async Task Image_OfAPlatform_AddsTheProgramForItsProcessor(string platform, int machine)
    {
        using var folder = new TemporaryFolder();
        string archive = Path.Combine(folder.Path, "root.tar");
        string container = await ContainerEngine.RunAsync("create", $"localhost/tcp-agent:{platform}");
        await ContainerEngine.RunAsync("export", "--output", archive, container);
        await ContainerEngine.RunAsync("rm", container);
        var app = new List<string>();
        var header = new byte[20];
        await using var tar = new TarReader(File.OpenRead(archive));
        while (await tar.GetNextEntryAsync(copyData: false, TestContext.Current.CancellationToken) is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile && entry.Name.StartsWith("app/", StringComparison.Ordinal))
            {
                app.Add(entry.Name);
                if (entry.Name == "app/agent")
                {
                    await entry.DataStream!.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
                }
            }
        }

        app.Order(StringComparer.Ordinal).ShouldBe(["app/LICENSE", "app/agent"]);
        header[4].ShouldBe((byte)2);
        BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18)).ShouldBe((ushort)machine);
    }
}
