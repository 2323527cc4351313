using System.Buffers;
using Agent.Export.Protobuf;

namespace Agent.Export.Spool;

/// <summary>A payload of the spool that is being sent again.</summary>
/// <param name="Item">Which one.</param>
/// <param name="Payload">Its message; holds until this is disposed.</param>
/// <param name="Buffer">The buffer of the shared pool that it stands in, if it does.</param>
internal sealed record KeptPayload(SpoolItem Item, OtlpPayload Payload, byte[]? Buffer) : IDisposable
{
    public void Dispose()
    {
        if (Buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(Buffer);
        }
    }
}
