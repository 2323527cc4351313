using Agent.Export.Protobuf;
using Agent.Export.Spool;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Support.Delivery;

/// <summary>What stands in a spool's folder, looked at from outside.</summary>
internal static class SpoolFiles
{
    /// <summary>The payloads' files, whole or not.</summary>
    public static string[] All(string folder) => Directory.GetFiles(folder, SpoolFileName.Pattern);

    /// <summary>When each payload was collected. Fails on one that is not whole.</summary>
    public static IEnumerable<ulong> Collections(string folder)
    {
        foreach (string file in All(folder))
        {
            OtlpPayload payload = SpoolFormat.Read(File.ReadAllBytes(file)).ShouldNotBeNull($"{file} is not whole.");
            var export = new ReceivedExport(
                "spool",
                file,
                new Dictionary<string, string>(StringComparer.Ordinal),
                null,
                ExportMetricsServiceRequest.Parser.ParseFrom(payload.Message.Span));
            if (export.IsFilled)
            {
                yield return export.CollectedAt;
            }
        }
    }
}
