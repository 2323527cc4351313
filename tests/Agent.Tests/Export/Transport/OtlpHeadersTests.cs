using Agent.Export.Transport;

namespace Agent.Tests.Export.Transport;

public sealed class OtlpHeadersTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("a=1,b=2", "a:1 b:2")]
    [InlineData(" a = 1 , b = 2 ", "a:1 b:2")]
    [InlineData("authorization=Basic%20Zm9v==", "authorization:Basic Zm9v==")]
    [InlineData("a=", "a:")]
    public void Parse_Headers_ReadsPairs(string? headers, string expected) =>
        string.Join(' ', OtlpHeaders.Parse(headers).Select(pair => $"{pair.Name}:{pair.Value}")).ShouldBe(expected);

    [Fact]
    public void Hide_ValuesSaidBack_AreNotShown() =>
        OtlpHeaders.Hide("bad key hunter2 (Bearer hunter2) for a", "authorization=Bearer%20hunter2,tenant=a")
            .ShouldBe("bad key (not shown) ((not shown)) for a");

    [Fact]
    public void ShownUrl_WithAQuery_HidesIt() =>
        ShownUrl.Of(new Uri("https://c:1/v1/metrics?key=hunter2")).ShouldBe("https://c:1/v1/metrics?(not shown)");
}
