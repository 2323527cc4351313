using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Sampling;

/// <summary>
/// Which connections of a namespace are sampled next. The plane of local and remote ports is divided into cells, of which
/// each is sampled once in a round, in random order: so whatever ports connections have, and whoever opened them, each
/// connection is in one cell, has the same chance to be sampled the next time, and comes up once in a round. How the
/// plane is divided decides only how many come at a time. Pure; allocates nothing once grown.
/// </summary>
internal sealed class SamplePlan(Random random)
{
    /// <summary>A cell is to hold so much of what may be sampled: it has room to grow.</summary>
    private const double Filling = 0.5;

    /// <summary>The plane is divided anew where there are this many times the cells that are needed.</summary>
    private const double Slack = 4;

    private readonly List<PortCell> _cells = [PortCell.All];
    private readonly List<PortCell> _left = [];
    private readonly List<PortCell> _pieces = [];

    /// <summary>Whether the ports of the connections are to be learned first: they are too many for one cell, or have changed.</summary>
    public bool MustLearn(SampleSize size)
    {
        double needed = size.Established / (Filling * size.Most);
        if (_cells.Count > 1 + (Slack * needed))
        {
            Forget();
        }

        return _cells.Count == 1 && size.Established > size.Most;
    }

    /// <summary>Divides the whole plane.</summary>
    /// <param name="seen">The ports of connections, chosen at random out of all; they are reordered.</param>
    /// <param name="connections">How many there are.</param>
    /// <param name="most">How many of them may be sampled at a time.</param>
    public void Learn(Span<PortPair> seen, long connections, int most)
    {
        Forget();
        Next();
        TryDivide(seen, connections, most);
    }

    /// <summary>Nothing is known of the ports any more.</summary>
    public void Forget()
    {
        _cells.Clear();
        _cells.Add(PortCell.All);
        _left.Clear();
    }

    /// <summary>The cell that is to be sampled now. The other methods say what became of it.</summary>
    public PortCell Next()
    {
        if (_left.Count == 0)
        {
            _left.AddRange(_cells);
        }

        int next = random.Next(_left.Count);
        (_left[next], _left[^1]) = (_left[^1], _left[next]);
        return _left[^1];
    }

    /// <summary>The cell has been sampled.</summary>
    public void Taken() => _left.RemoveAt(_left.Count - 1);

    /// <summary>The cell holds too many: none of them has been sampled, and its parts come in this round yet.</summary>
    /// <param name="seen">The ports of connections, chosen at random out of the cell; they are reordered.</param>
    /// <param name="connections">How many there are in the cell.</param>
    /// <param name="most">How many of them may be sampled at a time.</param>
    /// <returns>False where all have the same two ports, and differ by their addresses alone.</returns>
    public bool TryDivide(Span<PortPair> seen, long connections, int most)
    {
        PortCell cell = _left[^1];
        _pieces.Clear();
        Divide(cell, seen, connections, Filling * most);
        if (_pieces.Count == 1)
        {
            return false;
        }

        _cells.Remove(cell);
        _cells.AddRange(_pieces);
        Taken();
        _left.AddRange(_pieces);
        return true;
    }

    /// <summary>Halves the cell by those seen of it, and the halves, until each holds about as many as it is to.</summary>
    private void Divide(PortCell cell, Span<PortPair> seen, double connections, double target)
    {
        if (connections <= target || seen.IsEmpty || !TryHalve(cell, seen, out PortCell lower, out PortCell upper, out int below))
        {
            _pieces.Add(cell);
            return;
        }

        double inLower = connections * below / seen.Length;
        Divide(lower, seen[..below], inLower, target);
        Divide(upper, seen[below..], connections - inLower, target);
    }

    /// <summary>Where those seen fall into the most equal halves, by one of the ports.</summary>
    private static bool TryHalve(PortCell cell, Span<PortPair> seen, out PortCell lower, out PortCell upper, out int below)
    {
        seen.Sort(static (left, right) => left.Remote.CompareTo(right.Remote));
        int remote = Boundary(seen, static (left, right) => left.Remote != right.Remote);
        ushort remotePort = seen[remote].Remote;
        seen.Sort(static (left, right) => left.Local.CompareTo(right.Local));
        below = Boundary(seen, static (left, right) => left.Local != right.Local);
        if ((below | remote) == 0)
        {
            return TryIsolate(cell, seen, out lower, out upper, out below);
        }

        int middle = seen.Length / 2;
        if (below == 0 || (remote != 0 && Math.Abs(remote - middle) < Math.Abs(below - middle)))
        {
            seen.Sort(static (left, right) => left.Remote.CompareTo(right.Remote));
            below = remote;
            (lower, upper) = cell.SplitRemote(remotePort);
        }
        else
        {
            (lower, upper) = cell.SplitLocal(seen[below].Local);
        }

        return true;
    }

    /// <summary>The place nearest to the middle where the port changes; 0 where it does not.</summary>
    private static int Boundary(ReadOnlySpan<PortPair> seen, Func<PortPair, PortPair, bool> differ)
    {
        int middle = seen.Length / 2;
        for (int distance = 0; distance <= middle; distance++)
        {
            int above = middle + distance;
            if (above > 0 && above < seen.Length && differ(seen[above - 1], seen[above]))
            {
                return above;
            }

            int under = middle - distance;
            if (under > 0 && differ(seen[under - 1], seen[under]))
            {
                return under;
            }
        }

        return 0;
    }

    /// <summary>All those seen have the same ports: cuts off a part of the cell that holds none of them.</summary>
    private static bool TryIsolate(PortCell cell, ReadOnlySpan<PortPair> seen, out PortCell lower, out PortCell upper, out int below)
    {
        (ushort local, ushort remote) = (seen[0].Local, seen[0].Remote);
        bool isLowest = local == cell.LeastLocal && remote == cell.LeastRemote;
        below = isLowest ? seen.Length : 0;
        (lower, upper) =
            local > cell.LeastLocal ? cell.SplitLocal(local)
            : remote > cell.LeastRemote ? cell.SplitRemote(remote)
            : local < cell.GreatestLocal ? cell.SplitLocal((ushort)(local + 1))
            : remote < cell.GreatestRemote ? cell.SplitRemote((ushort)(remote + 1))
            : (cell, cell);
        return lower != upper;
    }
}
