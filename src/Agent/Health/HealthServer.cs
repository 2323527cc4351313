using System.Net;
using System.Net.Sockets;
using Agent.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agent.Health;

/// <summary>
/// Answers <c>/healthz</c> and <c>/readyz</c> where <c>Health:Port</c> says. A bare listener: a web server would cost a
/// quarter of the agent's memory.
/// </summary>
internal sealed partial class HealthServer(
    AgentConfiguration configuration,
    HealthEndpoint endpoint,
    TimeProvider time,
    ILogger<HealthServer> logger) : IHostedService, IDisposable
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

    private IPEndPoint Address => new(configuration.Settings.Health.Address, configuration.Settings.Health.Port);

    /// <summary>
    /// Listens, where a port is set; clients are served from <see cref="StartAsync"/> on, which listens too where this was not
    /// called: the host logs what is thrown there, with its stack.
    /// </summary>
    /// <exception cref="ConfigurationException">The port cannot be listened on.</exception>
    public void Listen()
    {
        if (configuration.Settings.Health.IsOn)
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
            throw new ConfigurationException(
                [$"Health:Port, Health:Address: cannot listen on {address} ({exception.Message}); name a free port and an address of this machine, or set the port to 0 for none."]);
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
            await HealthConnection.ServeAsync(client, endpoint, both.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
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

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "Health is answered on {Address}: /healthz, /readyz.")]
    private partial void Listening(IPEndPoint address);

    [LoggerMessage(EventId = 41, Level = LogLevel.Debug, Message = "A client of the health port was not answered: {Reason}")]
    private partial void ClientFailed(string reason);

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "The health port cannot take a client: {Reason}")]
    private partial void AcceptFailed(string reason);
}
