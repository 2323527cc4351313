using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Agent.Tests.Support.Otlp;

/// <summary>
/// <c>grpc-status-details-bin</c> with a RetryInfo: <c>google.rpc.Status { int32 code = 1; string message = 2; repeated
/// google.protobuf.Any details = 3; }</c> and <c>google.rpc.RetryInfo { google.protobuf.Duration retry_delay = 1; }</c>
/// (googleapis, google/rpc/status.proto and error_details.proto), written out by hand.
/// </summary>
internal static class GrpcRetryInfo
{
    private const string TypeUrl = "type.googleapis.com/google.rpc.RetryInfo";

    public static byte[] Status(StatusCode code, string message, TimeSpan wait)
    {
        byte[] info = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(Duration.FromTimeSpan(wait));
        });
        return Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32((int)code);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(message);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(new Any { TypeUrl = TypeUrl, Value = ByteString.CopyFrom(info) });
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
