using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What <c>ss -ti</c> (iproute2) says of one established connection.</summary>
internal sealed partial record SsInfo(
    IPEndPoint Peer, double? Milliseconds, int CongestionWindow, long BytesSent, long BytesRetransmitted, bool IsAtRest)
{
    public string Remote => Peer.Address.ToString();

    /// <summary>Milliseconds in which data was under way or waited.</summary>
    public long Busy { get; private init; }

    /// <summary>Those of them in which the peer's window was what kept it back.</summary>
    public long ReceiveWindowLimited { get; private init; }

    /// <summary>Those of them in which the own buffer was.</summary>
    public long SendBufferLimited { get; private init; }

    public static List<SsInfo> Of(TestNamespace space) =>
    [
        .. Tool.Run("nsenter", $"--net={space.File}", "ss", "-tinOH", "state", "established")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(Parse),
    ];

    private static SsInfo Parse(string line)
    {
        string remote = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Match time = RoundTrip().Match(line);
        return new(
            IPEndPoint.Parse(remote),
            time.Success ? double.Parse(time.Groups["time"].Value, CultureInfo.InvariantCulture) : null,
            (int)Number(line, "cwnd"),
            Number(line, "bytes_sent"),
            Number(line, "bytes_retrans"),
            !line.Contains(" unacked:", StringComparison.Ordinal))
        {
            Busy = Number(line, "busy"),
            ReceiveWindowLimited = Number(line, "rwnd_limited"),
            SendBufferLimited = Number(line, "sndbuf_limited"),
        };
    }

    /// <summary>ss leaves out what is 0.</summary>
    private static long Number(string line, string name)
    {
        Match match = Numbers().Matches(line).FirstOrDefault(one => one.Groups["name"].ValueSpan.SequenceEqual(name)) ?? Match.Empty;
        return match.Success ? long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@" rtt:(?<time>[0-9.]+)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoundTrip();

    [GeneratedRegex(@" (?<name>[a-z_]+):(?<number>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();
}
