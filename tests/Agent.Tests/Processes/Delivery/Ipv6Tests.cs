using System.Net;
using System.Net.Sockets;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

public sealed class Ipv6Tests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_ToAnIpv6Address_Arrives(string protocol)
    {
        Assert.SkipUnless(HasLoopback(), "This machine has no ::1.");
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { Address = IPAddress.IPv6Loopback });
        receiver.GrpcEndpoint.Host.ShouldBe("[::1]");
        await using TestProcess agent = AgentRun.Start(AgentRun.By(receiver, protocol));

        (await receiver.WaitForExportAsync()).Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
    }

    private static bool HasLoopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
