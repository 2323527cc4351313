using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What <c>ss -tanoH</c> (iproute2) says of queues, timers and listeners of a namespace.</summary>
internal sealed partial class SsSignals
{
    private const int ReceiveQueue = 1;
    private const int SendQueue = 2;
    private const int Local = 3;

    public long Transmit { get; private set; }

    public long Receive { get; private set; }

    public long Retransmission { get; private set; }

    public long ZeroWindow { get; private set; }

    /// <summary>By port: what waits, and how much may.</summary>
    public Dictionary<int, (long Backlog, long Limit)> Listeners { get; } = [];

    public static SsSignals Of(TestNamespace space)
    {
        var signals = new SsSignals();
        foreach (string line in Tool.Run("nsenter", $"--net={space.File}", "ss", "-tanoH").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            signals.Add(line);
        }

        return signals;
    }

    private void Add(string line)
    {
        string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long receive = Number(columns[ReceiveQueue]);
        long transmit = Number(columns[SendQueue]);
        if (string.Equals(columns[0], "LISTEN", StringComparison.Ordinal))
        {
            int port = (int)Number(columns[Local][(columns[Local].LastIndexOf(':') + 1)..]);
            (long backlog, long limit) = Listeners.GetValueOrDefault(port);
            Listeners[port] = (backlog + receive, limit + transmit);
            return;
        }

        Receive += receive;
        Transmit += transmit;
        Match timer = Timer().Match(line);
        switch (timer.Groups["name"].Value)
        {
            case "on":
                Retransmission += Number(timer.Groups["retransmits"].Value) > 0 ? 1 : 0;
                break;
            case "persist":
                ZeroWindow++;
                break;
            default:
                break;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Such as <c>timer:(on,1.2sec,3)</c>.</summary>
    [GeneratedRegex(@"timer:\((?<name>\w+),[^,]*,(?<retransmits>\d+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Timer();
}
