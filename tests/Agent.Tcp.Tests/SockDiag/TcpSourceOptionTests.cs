using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

public sealed class TcpSourceOptionTests
{
    [Fact]
    public void Validate_SourceOutOfRange_NamesTheAllowedValues()
    {
        var options = new TcpInstrumentationOptions { Source = (TcpSource)9 };

        Should.Throw<OptionsValidationException>(options.Validate).Message.ShouldContain("Auto, Procfs or SockDiag");
    }

    [Fact]
    public void Validate_BoundInactiveByProcfs_IsRefused()
    {
        var options = new TcpInstrumentationOptions { Source = TcpSource.Procfs, BoundInactive = true };

        Should.Throw<OptionsValidationException>(options.Validate).Message.ShouldContain("BoundInactive");
    }
}
