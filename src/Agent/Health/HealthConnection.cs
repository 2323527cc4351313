using System.Buffers;
using System.Net.Sockets;

namespace Agent.Health;

/// <summary>One client, one request, one answer: bounded in bytes and in time.</summary>
internal static class HealthConnection
{
    /// <summary>Room for the longest header that is read; a kubelet's is under 200 bytes.</summary>
    private const int MaxHead = 4096;

    /// <summary>What a refused client may still send before it is cut off, so that it sees the answer and not a reset.</summary>
    private const int MaxDrained = 16 * MaxHead;

    /// <summary>Reads, answers, and waits until the client has the answer.</summary>
    /// <exception cref="SocketException">The client went away.</exception>
    /// <exception cref="OperationCanceledException">The client was too slow.</exception>
    public static async Task ServeAsync(Socket client, HealthEndpoint endpoint, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxHead);
        try
        {
            int length = await ReadHeadAsync(client, buffer.AsMemory(0, MaxHead), cancellation);
            if (length == 0)
            {
                return;
            }

            byte[] response = Respond(buffer.AsSpan(0, length), endpoint);
            await SendAsync(client, response, cancellation);
            client.Shutdown(SocketShutdown.Send);
            for (int drained = 0; drained < MaxDrained;)
            {
                int read = await client.ReceiveAsync(buffer, SocketFlags.None, cancellation);
                if (read == 0)
                {
                    return;
                }

                drained += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Respond(ReadOnlySpan<byte> head, HealthEndpoint endpoint)
    {
        if (head.Length == MaxHead && !HealthRequest.IsComplete(head))
        {
            return HealthResponse.Format(new HealthAnswer(HealthAnswer.TooLarge, "the request is too large"), headOnly: false);
        }

        HealthRequest request = HealthRequest.Parse(head);
        return HealthResponse.Format(endpoint.Answer(request), request.IsHead);
    }

    /// <summary>Reads the request's header.</summary>
    /// <returns>How much was read: up to the blank line, the client's end, or all of the buffer.</returns>
    private static async Task<int> ReadHeadAsync(Socket client, Memory<byte> buffer, CancellationToken cancellation)
    {
        int length = 0;
        while (length < buffer.Length && !HealthRequest.IsComplete(buffer.Span[..length]))
        {
            int read = await client.ReceiveAsync(buffer[length..], SocketFlags.None, cancellation);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }

    private static async Task SendAsync(Socket client, ReadOnlyMemory<byte> response, CancellationToken cancellation)
    {
        while (response.Length > 0)
        {
            int sent = await client.SendAsync(response, SocketFlags.None, cancellation);
            response = response[sent..];
        }
    }
}
