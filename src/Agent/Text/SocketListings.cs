using Agent.Tcp;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;

namespace Agent.Text;

/// <summary>
/// The sockets of a snapshot's namespaces, row by row. The counts shown beside them are counted from these rows, so that
/// the two agree on a node that changes between two readings.
/// </summary>
internal sealed class SocketListings
{
    private readonly Dictionary<NamespaceSnapshot, List<TcpSocket>> _sockets = [];

    public IReadOnlyList<TcpSocket> this[NamespaceSnapshot one] => _sockets.GetValueOrDefault(one, []);

    public static SocketListings Read(TcpSnapshot snapshot, TimeSpan timeout)
    {
        var listings = new SocketListings();
        foreach (NamespaceSnapshot one in snapshot.Namespaces)
        {
            listings.ReadOne(one, snapshot.Errors, timeout);
        }

        return listings;
    }

    private void ReadOne(NamespaceSnapshot one, List<ReadError> errors, TimeSpan timeout)
    {
        var sockets = new List<TcpSocket>();
        _sockets[one] = sockets;
        foreach ((SocketFamily family, ProcPath path) in
            (ReadOnlySpan<(SocketFamily, ProcPath)>)[(SocketFamily.Inet, one.Namespace!.Tcp), (SocketFamily.Inet6, one.Namespace.Tcp6)])
        {
            if (one[family] != FamilyStatus.Read)
            {
                continue;
            }

            try
            {
                byte[] text = ProcNetTcpCapture.Read(path.ToString(), timeout, TimeProvider.System);
                sockets.AddRange(ProcNetTcpDecoder.Decode(text, family).Sockets);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
            {
                one[family] = FamilyStatus.Failed;
                errors.Add(new ReadError(path.ToString(), ReadFailure.Io, exception.Message));
            }
        }

        SocketCounts.Count(sockets, one.Counts);
    }
}
