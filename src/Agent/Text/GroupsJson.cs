using Agent.Tcp.Groups;

namespace Agent.Text;

/// <summary>Groups as JSON. A contract.</summary>
internal static class GroupsJson
{
    public static void Write(Utf8JsonWriter json, GroupedSnapshot grouped)
    {
        json.WriteStartObject();
        json.WriteString("timestamp", grouped.Snapshot.Timestamp);
        json.WriteString("by", grouped.ByName);
        json.WriteStartArray("groups");
        foreach (SocketGroup group in grouped.Report.Take(grouped.Limit))
        {
            Write(json, group, grouped);
            json.FlushIfLong();
        }

        json.WriteEndArray();
        SnapshotJson.WriteErrors(json, grouped.Snapshot);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SocketGroup group, GroupedSnapshot grouped)
    {
        json.WriteStartObject();
        if (group.Space is { } space)
        {
            json.WriteStartObject("namespace");
            SnapshotJson.WriteIdentity(json, grouped.Namespaces[space]);
            json.WriteEndObject();
        }

        json.WriteStartObject("key");
        WriteKey(json, group, grouped);
        json.WriteEndObject();
        json.WriteNumber("count", group.Total);
        if (grouped.Report.HasGrowth)
        {
            json.WriteNumber("growth", group.Growth);
        }

        json.WriteStartObject("states");
        foreach (TcpState state in ConnectionOrder.States.Where(state => group[state] > 0))
        {
            json.WriteNumber(TcpStates.MetricValue(state), group[state]);
        }

        json.WriteEndObject();
        if (group.PortsUsed is { } used)
        {
            json.WriteStartObject("ephemeralPorts");
            json.WriteNumber("used", used);
            json.WriteNumber("limit", group.PortsLimit);
            json.WriteEndObject();
        }

        if (group.Info.IsKnown)
        {
            WriteInfo(json, group.Info);
        }

        json.WriteEndObject();
    }

    private static void WriteInfo(Utf8JsonWriter json, GroupInfo info)
    {
        json.WriteStartObject("info");
        WriteKnown(json, "rttMedianSeconds", info.MedianRoundTrip / 1e6);
        WriteKnown(json, "rttP95Seconds", info.HighRoundTrip / 1e6);
        WriteKnown(json, "retransmissionRatio", info.Sums.RetransmissionRatio);
        WriteKnown(json, "receiveWindowLimitedRatio", info.Sums.ReceiveWindowLimited);
        WriteKnown(json, "sendBufferLimitedRatio", info.Sums.SendBufferLimited);
        WriteKnown(json, "congestionWindowMedianSegments", info.MedianCongestionWindow);
        json.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter json, SocketGroup group, GroupedSnapshot grouped)
    {
        GroupCell key = group.Key;
        json.WriteKnown("role", key.Kind.Role());
        switch (key.Kind)
        {
            case GroupKind.Server or GroupKind.Client:
                if (grouped.By == Grouping.Peer)
                {
                    WriteAddress(json, key.Address);
                }

                if (grouped.By == Grouping.Port || key.Kind == GroupKind.Client)
                {
                    json.WriteNumber("port", key.Number);
                }

                break;
            case GroupKind.Process:
                json.WriteNumber("pid", key.Number);
                json.WriteKnown("command", grouped.Processes?.Command(key.Number));
                break;
            case GroupKind.Kernel:
                json.WriteString("owner", "kernel");
                break;
            case GroupKind.Unknown:
                json.WriteString("owner", "unknown");
                WriteUser(json, key.Number, grouped);
                break;
            case GroupKind.User:
                WriteUser(json, key.Number, grouped);
                break;
            default:
                WriteOther(json, group);
                break;
        }
    }

    private static void WriteOther(Utf8JsonWriter json, SocketGroup group)
    {
        if (!group.Key.Kind.IsOther())
        {
            // Sockets without a peer: the role says all.
            return;
        }

        json.WriteBoolean("other", true);
        if (group.Rest > 0)
        {
            json.WriteNumber("groups", group.Rest);
        }
    }

    private static void WriteAddress(Utf8JsonWriter json, SocketEnd peer)
    {
        Span<char> text = stackalloc char[AddressText.MaxLength];
        IPEndPoint endPoint = peer.ToEndPoint(asIpv4: peer.IsIpv4);
        json.WriteString("address", text[..AddressText.Write(endPoint.Address, text)]);
    }

    private static void WriteUser(Utf8JsonWriter json, uint uid, GroupedSnapshot grouped)
    {
        json.WriteNumber("uid", uid);
        json.WriteKnown("user", grouped.Users?[uid]);
    }

    private static void WriteKnown(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
    }
}
