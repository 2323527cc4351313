using System.Net;
using System.Net.Sockets;

namespace Agent.Tests.Support.Network;

/// <summary>One connection through a <see cref="FaultyLink"/>, with its other half.</summary>
internal sealed class LinkConnection : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly Socket _client;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private State _state;

    public LinkConnection(Socket client, int target, LinkFault fault)
    {
        _client = client;
        _client.NoDelay = true;
        _state = new State(fault);
        Ended = RunAsync(target);
    }

    /// <summary>Ends when both halves are closed. Never fails.</summary>
    public Task Ended { get; }

    /// <summary>From here on the fault applies; byte counts begin anew.</summary>
    public void Use(LinkFault fault) => Volatile.Write(ref _state, new State(fault));

    /// <summary>Closes both halves with RST.</summary>
    public void Dispose()
    {
        foreach (Socket socket in (Socket[])[_client, _server])
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It was closed already.
            }

            socket.Dispose();
        }
    }

    private async Task RunAsync(int target)
    {
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(
                PassAsync(_client, _server, state => state.RequestBytesLeft, static (state, count) => state.RequestBytesLeft -= count),
                PassAsync(_server, _client, state => state.AnswerBytesLeft, static (state, count) => state.AnswerBytesLeft -= count));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other side is not there: neither are we.
        }

        Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, Func<State, int> left, Action<State, int> take)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
            {
                for (int at = 0; at < count;)
                {
                    State state = Volatile.Read(ref _state);
                    int part = Math.Min(Math.Min(count - at, left(state)), PartOf(state.Fault));
                    if (part > 0)
                    {
                        await to.SendAsync(buffer.AsMemory(at, part));
                        take(state, part);
                        at += part;
                    }

                    if (left(state) <= 0)
                    {
                        return;
                    }

                    if (state.Fault.BytesPerSecond is not null)
                    {
                        await Task.Delay(Step);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // A half was closed.
        }
    }

    private static int PartOf(LinkFault fault) => fault.BytesPerSecond switch
    {
        null => int.MaxValue,
        0 => 0,
        { } rate => Math.Max(1, (int)(rate * Step.TotalSeconds)),
    };

    private sealed class State(LinkFault fault)
    {
        public LinkFault Fault { get; } = fault;

        public int RequestBytesLeft { get; set; } = fault.CutAfterRequestBytes ?? int.MaxValue;

        public int AnswerBytesLeft { get; set; } = fault.CutAfterAnswerBytes ?? int.MaxValue;
    }
}
