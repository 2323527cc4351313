using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;

namespace Agent.Text;

/// <summary>
/// Lists the sockets of a snapshot's namespaces row by row, and replaces the snapshot's counts by those of the rows, so that
/// both agree although the node changes between two readings.
/// </summary>
internal sealed class SocketListing(TcpSnapshot snapshot, TimeSpan timeout)
{
    /// <summary>The sockets of one namespace; replaces its counts while it is enumerated, and may be called once.</summary>
    public IEnumerable<TcpSocket> Walk(NamespaceSnapshot one)
    {
        one.Reading.Counts.Clear();
        return Walk(one, SocketFamily.Inet, one.Namespace.Tcp).Concat(Walk(one, SocketFamily.Inet6, one.Namespace.Tcp6));
    }

    private IEnumerable<TcpSocket> Walk(NamespaceSnapshot one, SocketFamily family, ProcPath path)
    {
        if (one.Reading[family] != FamilyStatus.Read || Open(one, family, path) is not { } text)
        {
            yield break;
        }

        using (text)
        {
            using IEnumerator<DecodedRow> rows = ProcNetTcpDecoder.Decode(text.Read, family, ByteOrders.OfThisMachine).GetEnumerator();
            while (TryNext(rows, one, family, path))
            {
                // Errors in rows have been reported by the snapshot's own reading.
                if (rows.Current is { Error: null, Socket: var socket })
                {
                    one.Reading.Counts.Add(TcpSocketKinds.Of(family, ipv4Mapped: socket.Type == NetworkType.Ipv4), socket.Code);
                    yield return socket;
                }
            }
        }
    }

    private ProcNetTcpCapture? Open(NamespaceSnapshot one, SocketFamily family, ProcPath path)
    {
        try
        {
            return new ProcNetTcpCapture(path.ToString(), timeout, TimeProvider.System);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(one, family, path, exception);
            return null;
        }
    }

    private bool TryNext(IEnumerator<DecodedRow> rows, NamespaceSnapshot one, SocketFamily family, ProcPath path)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (IOException exception)
        {
            Fail(one, family, path, exception);
            return false;
        }
    }

    private void Fail(NamespaceSnapshot one, SocketFamily family, ProcPath path, Exception exception)
    {
        one.Reading[family] = FamilyStatus.Failed;
        one.Reading.Counts.Clear(family);
        snapshot.Errors.Add(new ReadError(path.ToString(), ReadFailure.Io, $"{path}: {IoFaults.Describe(exception)}"));
    }
}
