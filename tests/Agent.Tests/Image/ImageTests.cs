using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Image;

/// <summary>What the Dockerfile makes, run without an engine: see tests/tools/build-image.sh.</summary>
[Collection(ProcessTests.Name)]
public sealed class ImageTests
{
    private static readonly KeyValuePair<string, string> Often = new("OTEL_METRIC_EXPORT_INTERVAL", "100");

    [Fact]
    public async Task Start_EmptyEnvironment_PrintsTheTableAndStopsInOrder()
    {
        await using TestProcess agent = ImageRoot.Start([]);

        await agent.Output.WaitForAsync("tcp.connections {connection}");
        agent.Terminate();

        (await agent.WaitForExitAsync()).ShouldBe(0, agent.Error.Text);
        agent.Error.All.ShouldAllBe(line => line.Contains(" info: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Start_Endpoint_ExportsWithoutUserRightsOrCapabilities(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = ImageRoot.Start([], [Often, .. AgentRun.By(receiver, protocol)]);

        (await receiver.WaitForExportAsync()).IsFilled.ShouldBeTrue(agent.Error.Text);

        string[] status = await File.ReadAllLinesAsync(
            $"/proc/{agent.Id.ToString(CultureInfo.InvariantCulture)}/status", TestContext.Current.CancellationToken);
        string[] wanted =
        [
            "Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532", "NoNewPrivs:\t1",
            .. ((string[])["CapPrm", "CapEff", "CapBnd", "CapAmb"]).Select(set => $"{set}:\t0000000000000000"),
        ];
        wanted.Except(status, StringComparer.Ordinal).ShouldBeEmpty();
    }

    /// <summary>OpenSSL and the authorities' certificates are there: an unknown authority is refused, and for that reason.</summary>
    [Fact]
    public async Task Start_EncryptedEndpointOfAnUnknownAuthority_SaysSo()
    {
        using var certificates = new TestCertificates("unknown");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(
            new OtlpReceiverOptions { ServerCertificate = certificates.Server });
        await using TestProcess agent = ImageRoot.Start([], [Often, .. AgentRun.OverHttp(receiver)]);

        (await agent.Error.WaitForAsync("fails:")).ShouldContain("TLS failed: The remote certificate is invalid");
    }

    [Fact]
    public async Task Doctor_InTheImage_FindsNothingWrong()
    {
        await using TestProcess doctor = ImageRoot.Start(["doctor"]);

        (await doctor.WaitForExitAsync()).ShouldBe(0, doctor.Output.Text);
        doctor.Output.Text.ShouldContain("uid 65532, gid 65532; no capabilities (none is needed)");
    }

    /// <summary>The chart's mode without hostNetwork and hostPID: the host's /proc is mounted, and the host's sockets are seen.</summary>
    [Fact]
    public async Task Snapshot_HostProcMounted_IsOfTheHost()
    {
        CommandResult expected = await AgentProgram.RunAsync(["snapshot", "--namespaces", "host", "--json"]);
        await using TestProcess snapshot = ImageRoot.StartApart(
            ["snapshot", "--proc-root", "/host/proc", "--namespaces", "host", "--json"]);

        (await snapshot.WaitForExitAsync()).ShouldBe(0, snapshot.Error.Text);

        snapshot.Output.Text.ShouldContain("\"source\": \"procfs\"");
        Inode(snapshot.Output.Text).ShouldBe(Inode(expected.OutputText));
    }

    [Fact]
    public void Files_OfTheImage_AreTheProgramAndWhatItLinksTo()
    {
        string root = ImageRoot.File("root");
        string[] files =
        [
            .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file)),
        ];

        files.Where(file => !file.Contains(".so.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe(["app/LICENSE", "app/agent", "etc/passwd", "etc/ssl/certs/ca-certificates.crt"]);
    }

    /// <summary>Of the ELF header (elf(5)): 64 bits, and e_machine at offset 18.</summary>
    [Theory]
    [InlineData("image", 62)] // EM_X86_64
    [InlineData("image-arm64", 183)] // EM_AARCH64
    public async Task Program_OfAPlatform_IsForItsProcessor(string folder, int machine)
    {
        string program = Path.Combine(ImageRoot.File("root"), "..", "..", folder, "root", "app", "agent");
        Assert.SkipUnless(
            File.Exists(program), $"Not there: {program}; run TARGETARCH=arm64 tests/tools/build-image.sh artifacts/image-arm64.");
        var header = new byte[20];
        await using FileStream file = File.OpenRead(program);
        await file.ReadExactlyAsync(header, TestContext.Current.CancellationToken);

        header[4].ShouldBe((byte)2);
        BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18)).ShouldBe((ushort)machine);
    }

    private static long Inode(string snapshot)
    {
        using JsonDocument json = JsonDocument.Parse(snapshot);
        JsonElement only = json.RootElement.GetProperty("namespaces").EnumerateArray().ShouldHaveSingleItem();
        only.GetProperty("kind").GetString().ShouldBe("host");
        return only.GetProperty("inode").GetInt64();
    }
}
