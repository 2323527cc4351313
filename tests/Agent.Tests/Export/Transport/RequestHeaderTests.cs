using System.Net.Http.Headers;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Transport;

public sealed class RequestHeaderTests
{
    [Theory]
    [InlineData("authorization", "Bearer a=b,c;d")]
    [InlineData("X-Empty", "")]
    [InlineData("User-Agent", "me")]
    [InlineData("Cookie", "a=b")]
    [InlineData("x_a.b-1", "~ !")]
    public void Fault_WhatCanBeSent_IsNone(string name, string value)
    {
        foreach (OtlpExportProtocol protocol in Enum.GetValues<OtlpExportProtocol>())
        {
            RequestHeader.Fault(name, value, protocol).ShouldBeNull();
        }
    }

    /// <summary>What SocketsHttpHandler drops, or replaces, or breaks its requests by.</summary>
    [Theory]
    [InlineData("content-type")]
    [InlineData("Content-Length")]
    [InlineData("Content-Encoding")]
    [InlineData("Last-Modified")]
    [InlineData("HOST")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("te")]
    [InlineData("accept-encoding")]
    public void Fault_TheTransportsOwn_IsSaidSo(string name)
    {
        foreach (OtlpExportProtocol protocol in Enum.GetValues<OtlpExportProtocol>())
        {
            RequestHeader.Fault(name, "1", protocol).ShouldBe($"the header {name} is set by the exporter itself, or belongs to no request");
        }
    }

    [Theory]
    [InlineData("x!y", "1", "no valid header name")]
    [InlineData("grpc-timeout", "1S", "set by the exporter itself")]
    [InlineData("trace-bin", "a b", "is not base64")]
    public void Fault_WhatGrpcForbids_IsSoOverGrpcAlone(string name, string value, string expected)
    {
        RequestHeader.Fault(name, value, OtlpExportProtocol.Grpc).ShouldNotBeNull().ShouldContain(expected);
        RequestHeader.Fault(name, value, OtlpExportProtocol.HttpProtobuf).ShouldBeNull();
    }

    [Fact]
    public void Fault_Base64InABinaryHeader_IsNone() => RequestHeader.Fault("trace-bin", "AAEC/w==", OtlpExportProtocol.Grpc).ShouldBeNull();

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("a\tb")]
    [InlineData("a\u007f")]
    [InlineData("M\u00fcnchen")]
    [InlineData("\ud83d\ude00")]
    public void Fault_AValueThatNoHeaderCanCarry_IsNotShown(string value)
    {
        string fault = RequestHeader.Fault("x-city", value, OtlpExportProtocol.HttpProtobuf).ShouldNotBeNull();

        fault.ShouldStartWith("the value of x-city has a ");
        fault.ShouldNotContain(value);
    }

    [Fact]
    public void Apply_NamesThatAreThere_AreReplaced()
    {
        using var request = new HttpRequestMessage();
        HttpRequestHeaders headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", "sdk/1 (x)");

        RequestHeader.Apply([("user-agent", "me"), ("a", "1,2")], headers);

        headers.GetValues("User-Agent").ShouldBe(["me"]);
        headers.GetValues("a").ShouldBe(["1,2"]);
    }
}
