using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What <c>ss -ti</c> (iproute2) says of one established connection.</summary>
internal sealed partial record SsInfo(string Remote, double? Milliseconds, long BytesSent, long BytesRetransmitted, bool IsAtRest)
{
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
            IPEndPoint.Parse(remote).Address.ToString(),
            time.Success ? double.Parse(time.Groups["time"].Value, CultureInfo.InvariantCulture) : null,
            Number(Sent().Match(line)),
            Number(Again().Match(line)),
            !line.Contains(" unacked:", StringComparison.Ordinal));
    }

    /// <summary>ss leaves out what is 0.</summary>
    private static long Number(Match match) =>
        match.Success ? long.Parse(match.Groups["bytes"].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@" rtt:(?<time>[0-9.]+)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoundTrip();

    [GeneratedRegex(@" bytes_sent:(?<bytes>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sent();

    [GeneratedRegex(@" bytes_retrans:(?<bytes>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Again();
}
