using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Sampling;

/// <summary>
/// Samples established connections: one dump of those whose ports are in one cell, of both families, each with its
/// <see cref="TcpInfo"/>. A cell with too many is no sample and is divided: those that come first in the kernel's hash
/// would be sampled more often, and that order goes by the local port (Linux 6.15). Where the ports are not known, a dump
/// of all established connections without <see cref="TcpInfo"/> comes first. Allocates nothing once grown. Not thread-safe.
/// </summary>
internal sealed class RoundTripSampler(SockDiagReader reader, Random random) : ISockDiagSink
{
    /// <summary>A dump that brings this many times what may be sampled is ended: the ports have changed altogether.</summary>
    private const int Far = 4;

    private readonly PortPair[] _seen = new PortPair[16 * 1024];
    private RoundTripSample? _into;
    private PortCell _cell;
    private int _most;
    private bool _isLearning;
    private long _received;

    /// <summary>The dump was ended since too many came. Of one pair of ports, which cannot be divided, any number may.</summary>
    private bool IsFar => !_isLearning && !_cell.IsPair && _received > (long)Far * _most;

    /// <summary>Makes what remembers of a namespace which of its connections come next.</summary>
    public SamplePlan CreatePlan() => new(random);

    /// <summary>Samples one namespace. The sample is empty where its cell holds too many; its parts come the next times.</summary>
    public SockDiagResult Read(ISockDiagTransport socket, SamplePlan plan, SampleSize size, RoundTripSample into)
    {
        (_into, _most) = (into, size.Most);
        into.HasLearned = plan.MustLearn(size);
        if (into.HasLearned)
        {
            SockDiagResult all = Dump(socket, PortCell.All, isLearning: true);
            if (!all.IsWhole)
            {
                return all;
            }

            plan.Learn(Seen(), _received, _most);
        }

        SockDiagResult result = Dump(socket, plan.Next(), isLearning: false);
        if (IsFar)
        {
            plan.Forget();
            into.Void();
            return default;
        }

        if (!result.IsWhole)
        {
            into.Void();
        }
        else if (_received > _most && plan.TryDivide(Seen(), _received, _most))
        {
            into.Void();
        }
        else
        {
            // Also some of those that have the same two ports and differ by their addresses alone: chosen at random.
            plan.Taken();
        }

        return result;
    }

    public void Begin()
    {
        _received = 0;
        _into!.Void();
    }

    public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        if (message.idiag_family is not (InetDiag.AF_INET or InetDiag.AF_INET6))
        {
            return false;
        }

        SocketFamily family = message.idiag_family == InetDiag.AF_INET ? SocketFamily.Inet : SocketFamily.Inet6;
        SocketEnd local = message.id.idiag_src.At(message.id.idiag_sport, family);
        SocketEnd remote = message.id.idiag_dst.At(message.id.idiag_dport, family);
        var ports = new PortPair(local.Port, remote.Port);
        if (!_cell.Contains(ports))
        {
            // The kernel, or a sandbox that stands in for one, knows no filters.
            return true;
        }

        long place = Place(_received++, _seen.Length);
        if (place < _seen.Length)
        {
            _seen[place] = ports;
        }

        if (!_isLearning)
        {
            Add(local, remote, attributes);
        }

        return !IsFar;
    }

    private void Add(SocketEnd local, SocketEnd remote, ReadOnlySpan<byte> attributes)
    {
        long place = Place(_received - 1, _most);
        if (place < _most)
        {
            TcpInfo info = InetDiagAttributes.Info(attributes);
            double? ratio = info is { BytesSent: > 0 and { } sent, BytesRetransmitted: { } again } ? (double)again / sent : null;
            _into!.Set((int)place, new RoundTrip(PeerScopes.Of(local, remote), info.RoundTrip, ratio));
        }
    }

    /// <summary>
    /// Where to keep the next of many so that those kept are chosen at random out of all so far, each with the same chance
    /// (Vitter's algorithm R); beyond the room there is to pass it over.
    /// </summary>
    private long Place(long before, int room) => before < room ? before : random.NextInt64(before + 1);

    private Span<PortPair> Seen() => _seen.AsSpan(0, (int)Math.Min(_received, _seen.Length));

    private SockDiagResult Dump(ISockDiagTransport socket, PortCell cell, bool isLearning)
    {
        (_cell, _isLearning, _received) = (cell, isLearning, 0);
        var query = new SockDiagQuery(null, 1u << (int)TcpState.Established, Ports: cell, WithInfo: !isLearning);
        return reader.Read(socket, query, this);
    }
}
