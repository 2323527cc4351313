using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag.Counting;

namespace Agent.Tcp.SockDiag;

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

    /// <summary>Reads into a snapshot that was begun.</summary>
    /// <param name="socket">The socket, open or to be opened.</param>
    /// <param name="hasInet6">Whether the namespace knows IPv6; the dump does not tell.</param>
    /// <param name="place">What errors call the namespace; null for this process's own.</param>
    /// <param name="snapshot">Where it is counted.</param>
    /// <param name="errors">Where it is said what failed.</param>
    public void Read(
        ISockDiagTransport socket, bool hasInet6, string? place, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        var visit = new Visit(socket, place, snapshot, errors);
        if (!_familyByFamily)
        {
            var query = new SockDiagQuery(null, states);
            if (totals is not null && totals.TryRead(socket, hasInet6, snapshot, _counter))
            {
                ReportBoth(visit, query, default, hasInet6);
                return;
            }

            SockDiagResult result = Dump(visit, query);
            if (!result.IsUnknownRequest)
            {
                ReportBoth(visit, query, result, hasInet6);
                return;
            }
        }

        ReadFamilyByFamily(visit, hasInet6);
    }

    private void ReadFamilyByFamily(in Visit visit, bool hasInet6)
    {
        bool inet = ReadFamily(visit, SocketFamily.Inet);
        bool inet6 = false;
        if (hasInet6)
        {
            inet6 = ReadFamily(visit, SocketFamily.Inet6);
        }
        else
        {
            visit.Snapshot[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        }

        // A kernel that answers neither form now may know the first one later: its module may be loaded.
        _familyByFamily = inet || inet6;
    }

    private bool ReadFamily(in Visit visit, SocketFamily family)
    {
        var query = new SockDiagQuery(family, states);
        SockDiagResult result = Dump(visit, query);
        if (!result.IsWhole)
        {
            visit.Errors.Add(SockDiagErrors.Failed(query, result, visit.Place));
            return false;
        }

        Whole(visit, family);
        return true;
    }

    private SockDiagResult Dump(in Visit visit, in SockDiagQuery query)
    {
        _counter.Into(visit.Snapshot.Counts, query, visit.Snapshot.Signals);
        SockDiagResult result = reader.Read(visit.Socket, query, _counter);
        if (!result.IsWhole)
        {
            _counter.Clear();
        }

        return result;
    }

    private static void ReportBoth(in Visit visit, SockDiagQuery query, SockDiagResult result, bool hasInet6)
    {
        if (!result.IsWhole)
        {
            visit.Errors.Add(SockDiagErrors.Failed(query, result, visit.Place));
            return;
        }

        Whole(visit, SocketFamily.Inet);
        if (hasInet6)
        {
            Whole(visit, SocketFamily.Inet6);
        }
        else
        {
            visit.Snapshot[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        }
    }

    private static void Whole(in Visit visit, SocketFamily family)
    {
        visit.Snapshot[family] = FamilyStatus.Read;
        long unknown = visit.Snapshot.Counts.Unknown(family);
        if (unknown > 0)
        {
            visit.Errors.Add(SockDiagErrors.UnknownState(family, unknown, visit.Place));
        }
    }

    /// <summary>What one reading is about.</summary>
    private readonly record struct Visit(
        ISockDiagTransport Socket, string? Place, NamespaceSnapshot Snapshot, List<ReadError> Errors);
}
