using Agent.Export.Answers;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Export.Answers;

public sealed class RpcStatusTests
{
    [Theory]
    [InlineData(null, false, null)]
    [InlineData(0.0, true, 0.0)]
    [InlineData(1.5, true, 1.5)]
    [InlineData(1e12, true, 86400.0)]
    [InlineData(-5.0, true, 0.0)]
    public void Read_RetryInfo_TellsTheDelay(double? seconds, bool has, double? expected)
    {
        RpcStatus status = RpcStatus.Read(Messages.RpcStatus("full\nup", seconds));

        status.Message.ShouldBe("full");
        status.HasRetryInfo.ShouldBe(has);
        status.RetryDelay?.TotalSeconds.ShouldBe(expected!.Value, 1e-6);
        (status.RetryDelay is null).ShouldBe(expected is null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadTrailer_WithOrWithoutPadding_IsRead(bool padded)
    {
        string text = Convert.ToBase64String(Messages.RpcStatus("wait!", 2));
        RpcStatus.ReadTrailer(padded ? text : text.TrimEnd('=')).RetryDelay.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("!!!")]
    [InlineData("AAAAA")]
    public void ReadTrailer_Rubbish_SaysNothing(string? text) => RpcStatus.ReadTrailer(text).HasRetryInfo.ShouldBeFalse();
}
