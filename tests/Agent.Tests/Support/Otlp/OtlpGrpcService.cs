using Grpc.Core;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>OTLP over gRPC.</summary>
internal sealed class OtlpGrpcService(OtlpReceiver receiver) : MetricsService.MetricsServiceBase
{
    public override async Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
    {
        HttpContext http = context.GetHttpContext();
        var export = new ReceivedExport(
            "grpc", context.Method, OtlpHttpService.Headers(http.Request), http.Connection.ClientCertificate?.Subject, request);
        OtlpAnswer answer = await receiver.ReceiveAsync(export, context.CancellationToken);
        if (answer.IsCutShort)
        {
            // A frame that announces more than comes.
            await CutAnswer.SendAsync(http, "application/grpc", [0, 0, 0, 0, 100, 0x0A]);
            return answer.Body;
        }

        if (answer.IsFromAProxy)
        {
            // What gRPC would say is taken off again before it is sent.
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.Clear();
                http.Response.StatusCode = answer.HttpStatus;
                http.Response.ContentType = "text/plain";
                return Task.CompletedTask;
            });
            throw new RpcException(Status.DefaultCancelled);
        }

        if (answer.RetryInfo is { } wait)
        {
            context.ResponseTrailers.Add("grpc-status-details-bin", GrpcRetryInfo.Status(answer.GrpcStatus, answer.Message, wait));
        }

        foreach ((string name, string value) in answer.Headers)
        {
            context.ResponseTrailers.Add(name, value);
        }

        return answer.GrpcStatus == StatusCode.OK
            ? answer.Body
            : throw new RpcException(new Status(answer.GrpcStatus, answer.Message));
    }
}
