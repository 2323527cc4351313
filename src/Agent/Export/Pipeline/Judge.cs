using Agent.Export.Answers;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;
using Polly;

namespace Agent.Export.Pipeline;

/// <summary>Judges outcomes of attempts by the rules of one protocol. Pure: an outcome may be judged as often as one likes.</summary>
internal sealed class Judge(OtlpExportProtocol protocol, string attemptTimeoutSetting, TimeProvider time)
{
    public Verdict Of(Outcome<HttpResponseMessage> outcome)
    {
        if (outcome.Exception is { } exception)
        {
            return AttemptFault.Judge(exception, protocol, attemptTimeoutSetting);
        }

        return protocol == OtlpExportProtocol.Grpc
            ? GrpcAnswer.Judge(outcome.Result!, time.GetUtcNow())
            : HttpAnswer.Judge(outcome.Result!, time.GetUtcNow());
    }
}
