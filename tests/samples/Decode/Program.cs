// Counts the sockets of a captured /proc/net/tcp or tcp6 by state: Decode FILE
using Agent.Tcp;

if (args is not [string path] || !File.Exists(path))
{
    Console.Error.WriteLine("usage: Decode FILE, a file that exists");
    return 2;
}

using FileStream text = File.OpenRead(path);
var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
int faults = 0;
foreach (DecodedRow row in ProcNetTcpDecoder.Decode(text))
{
    if (row.Error is { } error)
    {
        faults++;
        Console.Error.WriteLine($"line {row.Line}: {error.Error}");
        continue;
    }

    string state = TcpStates.MetricValue(row.Socket.State);
    counts[state] = counts.GetValueOrDefault(state) + 1;
}

foreach ((string state, int count) in counts)
{
    Console.WriteLine($"{count,8} {state}");
}

return faults == 0 ? 0 : 1;
