using System.Net;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A plain reader of <c>net/tcp</c> that looks at each row of the stable sockets, and can end either way: at the first
/// short page, as the library does, or at the end of file, as <c>cat</c> does.
/// </summary>
internal sealed class TableWalk(ProcPath path, ushort stablePort)
{
    private const int WidestRow = 256;

    private readonly byte[] _buffer = new byte[4 * Environment.SystemPageSize];
    private readonly Dictionary<(IPEndPoint Local, IPEndPoint Remote), int> _seen = [];
    private long _rows;

    /// <summary>Reads the table once.</summary>
    /// <param name="untilEndOfFile">False: until the first short page.</param>
    /// <param name="deadline">Reading to the end of file may never end.</param>
    public Result Read(bool untilEndOfFile, TimeSpan deadline)
    {
        _seen.Clear();
        _rows = 0;
        long start = TimeProvider.System.GetTimestamp();
        int descriptor = KernelCalls.Checked(Libc.Open(path.Bytes), $"open({path})");
        bool ended = false;
        try
        {
            int held = 0;
            while (!ended && TimeProvider.System.GetElapsedTime(start) < deadline)
            {
                int read = KernelCalls.Checked((int)Libc.Read(descriptor, _buffer.AsSpan(held)), "read");
                held = Rows(held + read);
                ended = untilEndOfFile ? read == 0 : read < Environment.SystemPageSize - WidestRow;
            }
        }
        finally
        {
            Libc.Close(descriptor);
        }

        int repeats = _seen.Values.Sum() - _seen.Count;
        return new Result(_seen.Count, repeats, _rows, TimeProvider.System.GetElapsedTime(start), ended);
    }

    /// <summary>Takes the whole rows and moves the begun one to the front; returns its length.</summary>
    private int Rows(int held)
    {
        int used = 0;
        while (_buffer.AsSpan(used, held - used).IndexOf((byte)'\n') is >= 0 and int length)
        {
            Row(_buffer.AsSpan(used, length));
            used += length + 1;
        }

        _buffer.AsSpan(used, held - used).CopyTo(_buffer);
        return held - used;
    }

    private void Row(ReadOnlySpan<byte> line)
    {
        if (ProcNetTcpRow.TryParse(line, out ProcNetTcpRow row) != RowFault.None)
        {
            return;
        }

        _rows++;
        bool isStable = row.Local.Port == stablePort || row.Remote.Port == stablePort;
        if (isStable && row.Code == (byte)TcpState.Established)
        {
            var key = (row.Local.ToEndPoint(row.Family), row.Remote.ToEndPoint(row.Family));
            _seen[key] = _seen.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>What one reading gave.</summary>
    /// <param name="Stable">Stable sockets that were listed at least once.</param>
    /// <param name="Repeats">Rows of stable sockets that were listed again.</param>
    /// <param name="Rows">All rows.</param>
    /// <param name="Elapsed">How long it took.</param>
    /// <param name="Ended">False when the deadline ended it.</param>
    internal sealed record Result(int Stable, int Repeats, long Rows, TimeSpan Elapsed, bool Ended)
    {
        public override string ToString() =>
            $"{Stable} stable sockets, {Repeats} rows of them repeated, {Rows} rows in all, {Elapsed.TotalSeconds:F3} s"
            + (Ended ? "" : ", not at the end then");
    }
}
