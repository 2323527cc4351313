using System.Text.Json;
using Agent.Tcp;

namespace Agent.Text;

/// <summary>The member <c>connections</c> of every command: counts above 0, by state, type and family.</summary>
internal static class ConnectionsJson
{
    public static void Write(Utf8JsonWriter json, ConnectionCounts counts)
    {
        json.WriteStartArray("connections");
        foreach ((TcpSocketKind kind, TcpState state) in ConnectionOrder.All)
        {
            long count = counts[kind, state];
            if (count == 0)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("state", TcpStates.MetricValue(state));
            json.WriteString("type", AddressFamilies.MetricValue(kind.Type()));
            json.WriteString("family", AddressFamilies.MetricValue(kind.Family()));
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
