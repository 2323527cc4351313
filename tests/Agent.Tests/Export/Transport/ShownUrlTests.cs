using Agent.Export.Transport;

namespace Agent.Tests.Export.Transport;

public sealed class ShownUrlTests
{
    [Theory]
    [InlineData("https://c:1/v1/metrics", "https://c:1/v1/metrics")]
    [InlineData("https://c:1/v1/metrics?key=hunter2", "https://c:1/v1/metrics?(not shown)")]
    [InlineData("https://me:hunter2@c:1/v1#hunter2", "https://c:1/v1")]
    [InlineData("http://[::1]:4318/a%20b", "http://[::1]:4318/a%20b")]
    public void Of_AUrl_HasNoUserInformationAndNoQuery(string url, string expected) =>
        ShownUrl.Of(new Uri(url)).ShouldBe(expected);

    [Theory]
    [InlineData("collector:4317", "collector:4317")]
    [InlineData("http://c:99999/v1", "http://c:99999/v1")]
    [InlineData("http://me:hunter2@c:99999/v1?k=hunter2", "http://(not shown)@c:99999/v1?(not shown)")]
    [InlineData("me:hunter2@c:4317", "(not shown)@c:4317")]
    [InlineData("http:/me:hunter2@c", "(not shown)@c")]
    [InlineData("ftp://me:hunter2@c", "ftp://(not shown)@c")]
    [InlineData("http://me:hunter2?hunter2#hunter2@hunter2@c", "http://(not shown)@c")]
    [InlineData("c:4317?key=hunter2", "c:4317?(not shown)")]
    [InlineData("http://c?mail=me@hunter2?hunter2", "http://(not shown)@hunter2?(not shown)")]
    [InlineData("http://c:x#hunter2", "http://c:x#(not shown)")]
    [InlineData("", "")]
    public void Of_AText_HasNothingThatCouldBeUserInformationOrAQuery(string text, string expected) =>
        ShownUrl.Of(text).ShouldBe(expected);

    [Theory]
    [InlineData("connection refused", "connection refused")]
    [InlineData("see http://c/a for more", "see http://c/a for more")]
    [InlineData("POST https://c/v1?key=hunter2 and http://me:hunter2@d/ failed", "POST https://c/v1?(not shown) and http://(not shown)@d/ failed")]
    [InlineData("proxy 'http://me:hunter2 too@p:1/' failed: a@b", "proxy 'http://(not shown)@p:1/' failed: a@b")]
    [InlineData("://", "://")]
    public void In_ASentence_ShowsItsUrlsSo(string text, string expected) => ShownUrl.In(text).ShouldBe(expected);
}
