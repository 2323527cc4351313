using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Sampling;

/// <summary>
/// A dump of a namespace's established connections, each with its <see cref="TcpInfo"/>, that rests between two collections and
/// goes on with the next. A round is one dump for each part of the connections (<see cref="PortSlice"/>), so that what a few
/// collections take is of the whole table; every connection that lives through the round comes once in it.
/// On a socket of its own, since a socket has one dump at a time.
/// </summary>
/// <param name="socket">The socket, which it owns.</param>
/// <param name="random">Chooses the part that a round begins with.</param>
internal sealed class SampleWalk(ISockDiagTransport socket, Random random) : IDisposable
{
    private readonly byte[] _request = new byte[SockDiagQuery.MaxLength];
    private readonly FrequentPort _services = new();
    private uint _sequence;
    private int _datagrams;

    /// <summary>A dump has begun and not ended.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>
    /// It must not rest now: the kernel makes the first two datagrams at once, so the second one would be of now when it is taken.
    /// </summary>
    public bool IsAhead => IsUnderWay && _datagrams == 1;

    /// <summary>How many parts this round has after the one whose dump has begun.</summary>
    public int PartsLeft { get; private set; }

    /// <summary>What the dump lists; some kernel's stand-in may list all the same.</summary>
    public PortSlice Slice { get; private set; } = PortSlice.All;

    /// <summary>Begins the dump of the next part, or of the first of a new round.</summary>
    public SockDiagResult Begin(SockDiagExchange exchange, in SampleLimit limit)
    {
        if (PartsLeft == 0)
        {
            PartsLeft = limit.Parts;
            Slice = new PortSlice(limit.FirstPort, limit.LastPort, random.Next(limit.Parts), limit.Parts, _services.Most);
            _services.Clear();
        }
        else
        {
            Slice = Slice with { Part = (Slice.Part + 1) % Slice.Parts };
        }

        PartsLeft--;
        bool isOpen = socket.IsOpen;
        SockDiagResult result = SockDiagExchange.Open(socket);
        if (result.IsWhole && !isOpen && socket.Pace() is < 0 and int error)
        {
            result = new SockDiagResult(SockDiagFault.NoSocket, -error);
        }

        if (result.IsWhole)
        {
            _sequence = exchange.Number();
            var query = new SockDiagQuery(Family: null, 1u << (int)TcpState.Established, Slice: Slice, WithInfo: true);
            result = exchange.Send(socket, _request.AsSpan(0, query.Write(_request, _sequence)));
        }

        (IsUnderWay, _datagrams) = (true, 0);
        return EndUnlessWhole(result);
    }

    /// <summary>Goes on by one datagram.</summary>
    public SockDiagResult Next(SockDiagExchange exchange, ISockDiagSink sink)
    {
        var answer = new SockDiagAnswer(_sequence, socket.Port, sink);
        SockDiagResult result = exchange.Receive(socket, ref answer, onlyOne: true);
        _datagrams++;
        IsUnderWay = !answer.HasEnded;
        return EndUnlessWhole(result);
    }

    /// <summary>
    /// A connection of this round has this local port. Where it is ephemeral, and many have it, a service listens there: its
    /// connections are all in one part of this round, and in every part of the next.
    /// </summary>
    public void Learn(ushort local)
    {
        if (Slice.Parts > 1 && local >= Slice.First && local <= Slice.Last)
        {
            _services.Add(local);
        }
    }

    public void Dispose()
    {
        IsUnderWay = false;
        socket.Dispose();
    }

    /// <summary>What is still under way on the socket belongs to no later dump.</summary>
    private SockDiagResult EndUnlessWhole(SockDiagResult result)
    {
        if (!result.IsWhole)
        {
            IsUnderWay = false;
            socket.Close();
        }

        return result;
    }
}
