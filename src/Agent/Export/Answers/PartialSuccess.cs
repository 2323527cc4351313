using System.Text;
using Agent.Export.Protobuf;

namespace Agent.Export.Answers;

/// <summary>
/// Reads <c>ExportMetricsServiceResponse.partial_success</c>: <c>rejected_data_points</c> and <c>error_message</c>
/// (opentelemetry/proto/collector/metrics/v1/metrics_service.proto).
/// </summary>
internal static class PartialSuccess
{
    /// <summary>The <c>error.type</c> of points that were refused so.</summary>
    public const string ErrorType = "partial_success";

    private const int PartialSuccessField = 1, RejectedField = 1, MessageField = 2;

    /// <summary>A success, with what the response says; one that cannot be read says nothing.</summary>
    public static Verdict Read(ReadOnlySpan<byte> response)
    {
        long rejected = 0;
        string warning = "";
        var fields = new ProtobufReader(response);
        while (fields.Next())
        {
            if (fields.Field != PartialSuccessField)
            {
                continue;
            }

            var partial = new ProtobufReader(fields.Bytes);
            while (partial.Next())
            {
                rejected = partial.Field == RejectedField ? Math.Max(0, (long)partial.Number) : rejected;
                warning = partial.Field == MessageField ? AnswerText.FirstLine(Encoding.UTF8.GetString(partial.Bytes)) : warning;
            }
        }

        return rejected == 0 && warning.Length == 0
            ? Verdict.Accepted
            : Verdict.Accepted with { RejectedPoints = rejected, Warning = warning };
    }
}
