using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Doctor.Collector;

/// <summary>What to do about a collector that cannot be reached, or does not take exports.</summary>
internal static class CollectorMends
{
    public static readonly Mend Start = new(
        "Start the collector, or correct host and port in OTEL_EXPORTER_OTLP_ENDPOINT; receivers usually listen on 4317 for gRPC and on 4318 for HTTP.",
        "otlp.endpoint must name the collector's Service and a port that it publishes, such as http://collector.monitoring:4317.");

    public static readonly Mend Resolve = new(
        "Correct the host in OTEL_EXPORTER_OTLP_ENDPOINT, or the resolver of this machine.",
        "write the Service with its namespace in otlp.endpoint (collector.monitoring.svc); with hostNetwork: true the pod needs dnsPolicy: ClusterFirstWithHostNet.");

    public static readonly Mend Trust = new(
        "Trust the authority that signed the collector's certificate (OTEL_EXPORTER_OTLP_CERTIFICATE), use a host name that stands in it, show a client certificate if it asks for one (…_CLIENT_CERTIFICATE, …_CLIENT_KEY), or write http:// where the port speaks no TLS.",
        "otlp.tls names the Secret with the authority and the client certificate; otlp.endpoint begins with https:// only where the port speaks TLS.");

    public static readonly Mend OpenTheWay = new(
        "A packet filter between here and the collector drops the packets: allow TCP to the endpoint's port, or correct host and port in OTEL_EXPORTER_OTLP_ENDPOINT.",
        "the NetworkPolicy of the agent (egress) or of the collector (ingress) does not allow it; hostNetwork pods come from the node's address.");

    public static readonly Mend Hangs = new(
        "The port takes connections and does not answer: look at the collector's own log and load, and check that the port is OTLP's; OTEL_EXPORTER_OTLP_TIMEOUT sets how long is waited.");

    public static readonly Mend Authenticate = new(
        "Put valid credentials for this collector in OTEL_EXPORTER_OTLP_HEADERS, such as authorization=Bearer%20TOKEN.",
        "otlp.headersSecret names a Secret with them.");

    public static readonly Mend HeadersFile = new(
        "Make the file readable for this user, one name: value a line, or correct its path in Export:HeadersFile.",
        "otlp.headersSecret names the Secret that is mounted there.");

    public static readonly Mend Busy = new(
        "The collector is overloaded or its backend is down: see its own log; exports are refused until then.");

    public static readonly Mend SeeLog = new("See the collector's own log for why it refuses.");

    /// <summary>Something answers there that is no receiver of this protocol.</summary>
    public static Mend NoReceiver(OtlpExportProtocol protocol) => protocol == OtlpExportProtocol.Grpc
        ? new Mend(
            "That is not OTLP over gRPC: correct the port in OTEL_EXPORTER_OTLP_ENDPOINT (usually 4317), or, where the port is the one for HTTP (usually 4318), set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.",
            "set otlp.endpoint to the port for gRPC, or otlp.protocol to http/protobuf.")
        : new Mend(
            "That is not OTLP over HTTP: correct port (usually 4318) and path in OTEL_EXPORTER_OTLP_ENDPOINT, to which /v1/metrics is appended, or, where the port is the one for gRPC (usually 4317), set OTEL_EXPORTER_OTLP_PROTOCOL=grpc.",
            "set otlp.endpoint to the base URL of the receiver for HTTP, or otlp.protocol to grpc.");
}
