namespace Agent.Health;

/// <summary>Which question a request asks, and its answer.</summary>
internal sealed class HealthEndpoint(HealthReport report)
{
    public HealthAnswer Answer(HealthRequest request) => request switch
    {
        { Path: null or "" } => new HealthAnswer(HealthAnswer.BadRequest, "this is no HTTP/1.1 request"),
        { IsAllowed: false } => new HealthAnswer(HealthAnswer.MethodNotAllowed, "only GET and HEAD are answered"),
        { Path: "/healthz" } => report.Live(),
        { Path: "/readyz" } => report.Ready(),
        _ => new HealthAnswer(HealthAnswer.NotFound, "there are /healthz and /readyz"),
    };
}
