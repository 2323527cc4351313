using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>What one reading by sock_diag is about.</summary>
/// <param name="Space">The namespace.</param>
/// <param name="Socket">The socket in it, open or to be opened.</param>
/// <param name="HasInet6">Whether the namespace knows IPv6; a dump does not tell.</param>
/// <param name="Place">What errors call the namespace; null for this process's own.</param>
/// <param name="Memory">What is known of it from before.</param>
/// <param name="Hints">What is wanted.</param>
/// <param name="Into">The result, which was begun.</param>
internal readonly record struct SockDiagVisit(
    TcpNamespace Space,
    ISockDiagTransport Socket,
    bool HasInet6,
    string? Place,
    CountingMemory Memory,
    ReadHints Hints,
    Reading Into);

/// <summary>
/// Counts the sockets of the network namespace that a netlink socket belongs to: both families in one walk of the
/// kernel's hash, or in one each where the kernel refuses that. Where it is cheaper, established sockets are not listed.
/// </summary>
/// <param name="reader">Makes the dumps.</param>
/// <param name="states">The states wanted.</param>
/// <param name="totals">Counts what need not be listed; null to list everything.</param>
internal sealed class SockDiagTables(SockDiagReader reader, uint states, TotalsCounter? totals = null)
{
    private readonly ConnectionCounter _counter = new();
    private bool _familyByFamily;

    public void Read(in SockDiagVisit visit)
    {
        bool isUnknown = _familyByFamily;
        if (!isUnknown && ((totals is not null && totals.TryRead(visit, _counter)) || TryDump(visit, family: null, out isUnknown)))
        {
            Whole(visit, SocketFamily.Inet);
            Whole(visit, SocketFamily.Inet6);
        }

        if (isUnknown)
        {
            ReadFamilyByFamily(visit);
        }
    }

    private void ReadFamilyByFamily(in SockDiagVisit visit)
    {
        // The order that rows are wanted in; without them, the one that errors are told in.
        bool isInet6First = visit.Into.Rows is { NeedsOrder: true };
        bool inet6 = isInet6First && visit.HasInet6 && ReadFamily(visit, SocketFamily.Inet6);
        bool inet = ReadFamily(visit, SocketFamily.Inet);
        inet6 |= !isInet6First && visit.HasInet6 && ReadFamily(visit, SocketFamily.Inet6);
        if (!visit.HasInet6)
        {
            Whole(visit, SocketFamily.Inet6);
        }

        // A kernel that answers neither form now may know the first one later: its module may be loaded.
        _familyByFamily = inet || inet6;
    }

    private bool ReadFamily(in SockDiagVisit visit, SocketFamily family)
    {
        bool isWhole = TryDump(visit, family, out _);
        if (isWhole)
        {
            Whole(visit, family);
        }

        return isWhole;
    }

    /// <summary>Dumps one family, or both at once, which the kernel may not know: that is no error.</summary>
    private bool TryDump(in SockDiagVisit visit, SocketFamily? family, out bool isUnknown)
    {
        RoundTripSample? sample = family is null ? visit.Into.Sample : null;
        var query = new SockDiagQuery(family, states, WithInfo: sample is not null || visit.Into.Rows is { NeedsInfo: true });
        _counter.Into(visit.Into.Counts, query, visit.Into.Signals, visit.Into.Rows, sample: sample);
        SockDiagResult result = reader.Read(visit.Socket, query, _counter);
        isUnknown = family is null && result.IsUnknownRequest;
        if (result.IsWhole)
        {
            visit.Into.RoundTrips = sample?.OfNamespace ?? visit.Into.RoundTrips;
            return true;
        }

        _counter.Clear();
        if (!isUnknown)
        {
            visit.Into.Errors.Add(SockDiagErrors.Failed(query, result, visit.Place));
        }

        return false;
    }

    /// <summary>The family was read to its end, or the namespace has none.</summary>
    private static void Whole(in SockDiagVisit visit, SocketFamily family)
    {
        if (family == SocketFamily.Inet6 && !visit.HasInet6)
        {
            visit.Into[family] = FamilyStatus.Unsupported;
            return;
        }

        visit.Into[family] = FamilyStatus.Read;
        long unknown = visit.Into.Counts.Unknown(family);
        if (unknown > 0)
        {
            visit.Into.Errors.Add(SockDiagErrors.UnknownState(family, unknown, visit.Place));
        }
    }
}
