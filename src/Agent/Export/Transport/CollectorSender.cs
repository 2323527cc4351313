namespace Agent.Export.Transport;

/// <summary>Sends one request to the collector and reads the whole answer: one attempt.</summary>
/// <param name="transport">The connections.</param>
/// <param name="headers">The variable's headers.</param>
/// <param name="headersFile">The file of headers, which win over the variable's.</param>
internal sealed class CollectorSender(
    CollectorTransport transport, IReadOnlyList<(string Name, string Value)> headers, HeadersFile? headersFile) : IDisposable
{
    /// <summary>An answer is a few bytes, or a web page by mistake; more is not taken into memory.</summary>
    private const int MaxAnswerBytes = 1 << 16;

    /// <summary>Sends the request, with the configured headers, and reads the answer to its end.</summary>
    /// <exception cref="HttpRequestException">No whole answer came.</exception>
    /// <exception cref="HeadersFileException">There are no headers to send.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        RequestHeader.Apply(headers, request.Headers);
        headersFile?.ApplyTo(request);
        HttpMessageInvoker connections = transport.Current();
        HttpResponseMessage? response = null;
        try
        {
            response = await connections.SendAsync(request, cancellation);

            // gRPC's status is in the trailers, which are there once the body has been read.
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellation);
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            if (exception is OperationCanceledException)
            {
                transport.Abandon(connections);
            }

            throw;
        }
    }

    public void Dispose()
    {
        transport.Dispose();
        headersFile?.Dispose();
    }
}
