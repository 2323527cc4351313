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
        foreach ((string name, string value) in answer.Headers)
        {
            context.ResponseTrailers.Add(name, value);
        }

        return answer.GrpcStatus == StatusCode.OK
            ? answer.Body
            : throw new RpcException(new Status(answer.GrpcStatus, answer.Message));
    }
}
