using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

public sealed class OtlpHeadersTests
{
    private const string General = "OTEL_EXPORTER_OTLP_HEADERS";

    private readonly List<string> _faults = [];

    [Theory]
    [InlineData("", "")]
    [InlineData("a=1,b=2", "a:1 b:2")]
    [InlineData(" a = 1 , b = 2 ", "a:1 b:2")]
    [InlineData("authorization=Basic%20Zm9v==", "authorization:Basic Zm9v==")]
    [InlineData("a=", "a:")]
    [InlineData("x=a%2Cb%3Dc", "x:a,b=c")]
    [InlineData(",k=v,", "k:v")]
    [InlineData("a=1,a=2", "a:2")]
    [InlineData("a=1,b=2,A=3", "b:2 A:3")]
    [InlineData("User-Agent=me", "User-Agent:me")]
    [InlineData("a=100%", "a:100%")]
    [InlineData("a=1+1;p=2", "a:1+1;p=2")]
    public void Read_Members_AreSplitThenDecoded(string text, string expected)
    {
        IReadOnlyList<(string Name, string Value)> headers = Read(OtlpExportProtocol.HttpProtobuf, (General, text));

        string.Join(' ', headers.Select(header => $"{header.Name}:{header.Value}")).ShouldBe(expected);
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void Read_ThePerSignalVariable_Wins() => Read(
        OtlpExportProtocol.Grpc, (General, "a=1"), ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "b=2")).ShouldBe([("b", "2")]);

    [Theory]
    [InlineData("hunter2", "member 1: it has no valid header name")]
    [InlineData("=hunter2", "member 1: it has no valid header name")]
    [InlineData("a=1,,hunter2", "member 3: it has no valid header name")]
    [InlineData("Bearer hunter2=", "member 1: it has no valid header name")]
    [InlineData("ok=1,Content-Type=hunter2", "member 2: the header Content-Type is set by the exporter itself")]
    [InlineData("x=hunter2%0d%0ay: 1", "member 1: the value of x has a line break")]
    [InlineData("x=hunter2München", "member 1: the value of x has a character outside ASCII")]
    [InlineData("x=hunter2%C3%BC", "member 1: the value of x has a character outside ASCII")]
    public void Read_WhatCannotBeSent_IsAFaultThatNamesItAndHidesItsValue(string text, string expected)
    {
        Read(OtlpExportProtocol.HttpProtobuf, (General, text));

        string fault = _faults.ShouldHaveSingleItem();
        fault.ShouldStartWith($"variable {General}: {expected}");
        fault.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Read_ManyThatCannotBeSent_AreAllTold()
    {
        Read(OtlpExportProtocol.HttpProtobuf, (General, "Host=a,ok=1,x=%00,b")).ShouldBe([("ok", "1")]);

        _faults.Count.ShouldBe(3);
    }

    [Fact]
    public void Hide_ValuesSaidBack_AreNotShown() => OtlpHeaders.Hide(
        "bad key hunter2 (Bearer hunter2) for a", [("authorization", "Bearer hunter2"), ("tenant", "a")])
        .ShouldBe("bad key (not shown) ((not shown)) for a");

    [Fact]
    public void Hide_AUrlWithAPassword_IsShownWithout() =>
        OtlpHeaders.Hide("The proxy tunnel request to proxy 'http://me:hunter2@p:3128/' failed.", [])
            .ShouldBe("The proxy tunnel request to proxy 'http://(not shown)@p:3128/' failed.");

    private IReadOnlyList<(string Name, string Value)> Read(OtlpExportProtocol protocol, params (string Name, string Value)[] variables) =>
        OtlpHeaders.Read(
            new OtelVariables(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal), _faults), protocol);
}
