using Microsoft.Extensions.Hosting;

namespace Agent.Health;

/// <summary>
/// Answers <c>/healthz</c> and <c>/readyz</c> on <c>Health:Port</c>. A bare listener: a web server would cost a
/// quarter of the agent's memory.
/// </summary>
internal sealed partial class HealthServer(HealthSettings settings, HealthReport report, TimeProvider time, ILogger<HealthServer> logger)
    : IHostedService, IDisposable
{
    /// <summary>Clients served at once; more wait in the listener's queue.</summary>
    private const int MaxClients = 16;

    /// <summary>For a client's request and answer together.</summary>
    private static readonly TimeSpan ClientBudget = TimeSpan.FromSeconds(2);

    /// <summary>Before accepting again when the machine has no descriptors left.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _room = new(MaxClients);
    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    private IPEndPoint Address => new(settings.Address, settings.Port);

    /// <summary>
    /// Listens, where a port is set; clients are served from <see cref="StartAsync"/> on, which listens too where this was not
    /// called: the host logs what is thrown there, with its stack.
    /// </summary>
    /// <exception cref="IOException">The port cannot be listened on; the message names the settings.</exception>
    public void Listen()
    {
        if (settings.IsOn)
        {
            _listener ??= Listen(Address);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Listen();
        if (_listener is { } listener)
        {
            _accepting = AcceptAsync(listener);
            Listening(Address);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        await _accepting;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _stop.Dispose();
        _room.Dispose();
    }

    private static Socket Listen(IPEndPoint address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(MaxClients);
            return listener;
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException(
                $"Health:Port, Health:Address: cannot listen on {address} ({exception.Message}); name a free port and an address of this machine, or set the port to 0 for none.", exception);
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _room.WaitAsync(stop);
                Socket client = await AcceptOneAsync(listener, stop);
                _ = ServeAsync(client, stop);
            }
            catch (Exception exception) when (stop.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    /// <summary>Accepts, however often it fails: a client may go before it is taken, and descriptors may run out.</summary>
    private async Task<Socket> AcceptOneAsync(Socket listener, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(stop);
            }
            catch (SocketException exception) when (!stop.IsCancellationRequested)
            {
                AcceptFailed(exception.Message);
                await Task.Delay(AcceptPause, time, stop);
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        using var budget = new CancellationTokenSource(ClientBudget, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, stop);
        try
        {
            await HealthConnection.ServeAsync(client, report, both.Token);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            ClientFailed(exception.Message);
        }
        finally
        {
            client.Dispose();
            Leave();
        }
    }

    private void Leave()
    {
        if (!_stop.IsCancellationRequested)
        {
            _room.Release();
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "The health endpoint listens on {Address}: /healthz, /readyz.")]
    private partial void Listening(IPEndPoint address);

    [LoggerMessage(EventId = 41, Level = LogLevel.Debug, Message = "A health request was not answered: {Reason}")]
    private partial void ClientFailed(string reason);

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "The health endpoint cannot accept a connection: {Reason}")]
    private partial void AcceptFailed(string reason);
}

/// <summary>One client, one request, one answer: bounded in bytes and in time.</summary>
internal static class HealthConnection
{
    /// <summary>Room for the longest header that is read; a kubelet's is under 200 bytes.</summary>
    private const int MaxHead = 4096;

    /// <summary>What a refused client may still send before it is cut off, so that it sees the answer and not a reset.</summary>
    private const int MaxDrained = 16 * MaxHead;

    /// <summary>Reads, answers, and waits until the client has the answer.</summary>
    /// <exception cref="IOException">The client went away.</exception>
    /// <exception cref="SocketException">The same.</exception>
    /// <exception cref="OperationCanceledException">The client was too slow.</exception>
    public static async Task ServeAsync(Socket client, HealthReport report, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxHead);
        try
        {
            await using var stream = new NetworkStream(client);
            int length = await ReadHeadAsync(stream, buffer.AsMemory(0, MaxHead), cancellation);
            if (length == 0)
            {
                return;
            }

            await stream.WriteAsync(Respond(buffer.AsSpan(0, length), report), cancellation);
            client.Shutdown(SocketShutdown.Send);
            int drained = 0;
            while (drained < MaxDrained && await stream.ReadAsync(buffer, cancellation) is > 0 and int read)
            {
                drained += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Respond(ReadOnlySpan<byte> head, HealthReport report)
    {
        if (head.Length == MaxHead && !HealthRequest.IsComplete(head))
        {
            return new HealthAnswer(HealthAnswer.TooLarge, "the request is too large").Format(headOnly: false);
        }

        HealthRequest request = HealthRequest.Parse(head);
        return report.Answer(request).Format(request.IsHead);
    }

    /// <summary>Reads the request's header.</summary>
    /// <returns>How much was read: up to the blank line, the client's end, or all of the buffer.</returns>
    private static async Task<int> ReadHeadAsync(NetworkStream client, Memory<byte> buffer, CancellationToken cancellation)
    {
        int length = 0;
        while (length < buffer.Length
            && !HealthRequest.IsComplete(buffer.Span[..length])
            && await client.ReadAsync(buffer[length..], cancellation) is > 0 and int read)
        {
            length += read;
        }

        return length;
    }
}

/// <summary>The section <c>Health</c>: where <c>/healthz</c> and <c>/readyz</c> are answered.</summary>
internal sealed class HealthSettings
{
    public static readonly Bounds<int> PortBounds = new(0, ushort.MaxValue);

    public int Port { get; set; }

    public IPAddress Address { get; set; } = IPAddress.Loopback;

    public bool IsOn => Port > 0;
}
