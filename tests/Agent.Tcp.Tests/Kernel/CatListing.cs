using System.Diagnostics;
using System.Net;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What <c>cat /proc/net/tcp6</c> prints of the stable sockets: cat reads to the end of file, as most programs do.</summary>
internal sealed class CatListing(ushort stablePort)
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly Dictionary<(IPEndPoint Local, IPEndPoint Remote), int> _seen = [];
    private long _rows;

    /// <summary>Runs it in the namespace. While the table grows it may never end, so at the deadline it is killed.</summary>
    public static string Of(TestNamespace space, ushort stablePort, TimeSpan deadline)
    {
        var listing = new CatListing(stablePort);
        long start = TimeProvider.System.GetTimestamp();
        using Process cat = Tool.Start("nsenter", $"--net={space.File}", "cat", "/proc/net/tcp6");
        using var timer = new Timer(_ => cat.Kill(), state: null, deadline, Timeout.InfiniteTimeSpan);
        listing.Read(cat.StandardOutput.BaseStream);
        cat.WaitForExit();
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        string end = cat.ExitCode == 0 ? $"ended after {seconds:F2} s" : $"had not ended after {seconds:F2} s and was killed";
        return $"{listing}; {end}";
    }

    public override string ToString() =>
        $"{_seen.Values.Sum()} rows of stable sockets, {_seen.Count} distinct, {_seen.Values.Sum() - _seen.Count} repeated;"
        + $" {_rows} rows in all";

    private void Read(Stream table)
    {
        int held = 0;
        while (table.Read(_buffer.AsSpan(held)) is > 0 and int read)
        {
            held = Rows(held + read);
        }
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
        if (isStable && row.Kind == TcpSocketKind.Ipv6Inet6 && row.Code == (byte)TcpState.Established)
        {
            var key = (row.Local.ToEndPoint(row.Family, ByteOrders.OfThisMachine), row.Remote.ToEndPoint(row.Family, ByteOrders.OfThisMachine));
            _seen[key] = _seen.GetValueOrDefault(key) + 1;
        }
    }
}
