using Agent.Configuration;
using Agent.Export.Transport;

namespace Agent.Tests.Configuration;

public sealed class ResourceVariablesTests
{
    private const string Attributes = "OTEL_RESOURCE_ATTRIBUTES";

    [Theory]
    [InlineData("", "")]
    [InlineData("a=1,b=2", "a:1 b:2")]
    [InlineData(" a = 1 ,, b = 2 ,", "a:1 b:2")]
    [InlineData("a=x%2Cy%3D%25", "a:x,y=%")]
    [InlineData("city=M%C3%BCnchen,other=Köln", "city:München other:Köln")]
    [InlineData("a=1+1", "a:1+1")]
    [InlineData("a=b=c", "a:b=c")]
    [InlineData("a=", "a:")]
    [InlineData("a=1,a=2", "a:2")]
    public void Read_Members_AreSplitThenDecoded(string text, string expected)
    {
        ResourceVariables resource = Read((Attributes, text));

        string.Join(' ', resource.Attributes.Select(pair => $"{pair.Key}:{pair.Value}")).ShouldBe(expected);
        resource.Ignored.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a=%zz,ok=1", "member 1 is ignored: the value of a cannot be percent-decoded")]
    [InlineData("ok=1,a=100%", "member 2 is ignored: the value of a cannot be percent-decoded")]
    [InlineData("a=%4,ok=1", "member 1 is ignored: the value of a cannot be percent-decoded")]
    [InlineData("a=%ff,ok=1", "member 1 is ignored: the value of a cannot be percent-decoded")]
    [InlineData("ok=1,team", "member 2 is ignored: team has no =")]
    [InlineData(" =x,ok=1", "member 1 is ignored: its key is empty")]
    public void Read_AMemberThatCannotBeRead_IsIgnoredAndSaid(string text, string expected)
    {
        ResourceVariables resource = Read((Attributes, text));

        resource.Attributes.ShouldHaveSingleItem().ShouldBe(new("ok", "1"));
        resource.Ignored.ShouldBe([$"variable {Attributes}: {expected}"]);
    }

    [Fact]
    public void Read_TheServiceName_WinsOverTheAttribute() => Read((Attributes, "service.name=a"), ("OTEL_SERVICE_NAME", " 100% mine "))
        .Attributes.ShouldHaveSingleItem().ShouldBe(new("service.name", "100% mine"));

    private static ResourceVariables Read(params (string Name, string Value)[] variables) => ResourceVariables.Read(
        new OtelVariables(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal), []));
}
