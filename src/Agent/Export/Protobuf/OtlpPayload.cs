namespace Agent.Export.Protobuf;

/// <summary>One export: an <c>ExportMetricsServiceRequest</c> in protobuf, without the framing of any transport.</summary>
/// <param name="Message">The message's bytes. Who passes them on says for how long they hold.</param>
/// <param name="IsGzip">The bytes are compressed (gzip, RFC 1952).</param>
internal readonly record struct OtlpPayload(ReadOnlyMemory<byte> Message, bool IsGzip);
