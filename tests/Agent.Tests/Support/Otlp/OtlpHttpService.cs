using System.IO.Compression;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>OTLP over HTTP with protobuf bodies, on any path: which one the exporter chose is for the test to judge.</summary>
internal static class OtlpHttpService
{
    private const string ContentType = "application/x-protobuf";

    public static async Task HandleAsync(HttpContext context)
    {
        OtlpReceiver receiver = context.RequestServices.GetRequiredService<OtlpReceiver>();
        var export = new ReceivedExport(
            "http/protobuf",
            context.Request.Path.Value ?? "",
            Headers(context.Request),
            context.Connection.ClientCertificate?.Subject,
            ExportMetricsServiceRequest.Parser.ParseFrom(await BodyAsync(context.Request)));
        OtlpAnswer answer = await receiver.ReceiveAsync(export, context.RequestAborted);
        foreach ((string name, string value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (answer.IsCutShort)
        {
            context.Response.ContentLength = 100;
            await CutAnswer.SendAsync(context, ContentType, [0x0A, 0x62]);
            return;
        }

        context.Response.StatusCode = answer.HttpStatus;
        if (answer.Page.Length > 0)
        {
            context.Response.ContentType = answer.PageType;
            await context.Response.WriteAsync(answer.Page);
        }
        else if (answer.HttpStatus == StatusCodes.Status200OK)
        {
            context.Response.ContentType = ContentType;
            await context.Response.Body.WriteAsync(answer.Body.ToByteArray());
        }
        else
        {
            context.Response.ContentType ??= "text/plain";
            await context.Response.WriteAsync(answer.Message);
        }
    }

    public static IReadOnlyDictionary<string, string> Headers(HttpRequest request) =>
        request.Headers.ToDictionary(
            header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        if (string.Equals(request.Headers.ContentEncoding, "gzip", StringComparison.Ordinal))
        {
            await using var decompressed = new GZipStream(request.Body, CompressionMode.Decompress);
            await decompressed.CopyToAsync(body);
        }
        else
        {
            await request.Body.CopyToAsync(body);
        }

        return body.ToArray();
    }
}
