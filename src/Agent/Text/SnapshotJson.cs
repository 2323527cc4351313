using System.Text.Json;
using Agent.Tcp;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Text;

/// <summary>A snapshot for programs. The shape is a contract.</summary>
internal static class SnapshotJson
{
    public static void Write(Utf8JsonWriter json, TcpSnapshot snapshot, SocketListings? sockets)
    {
        json.WriteStartObject();
        json.WriteString("timestamp", snapshot.Timestamp);
        json.WriteStartArray("namespaces");
        NamespaceSnapshot one = snapshot.Namespace;
        if (one[SocketFamily.Inet] == FamilyStatus.Read || one[SocketFamily.Inet6] == FamilyStatus.Read)
        {
            WriteNamespace(json, one, sockets?[one]);
        }

        json.WriteEndArray();
        json.WriteStartArray("errors");
        foreach (ReadError error in snapshot.Errors)
        {
            json.WriteStartObject();
            json.WriteString("path", error.Path);
            json.WriteString("error", error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNamespace(Utf8JsonWriter json, NamespaceSnapshot one, IReadOnlyList<TcpSocket>? sockets)
    {
        json.WriteStartObject();
        if (one.Namespace!.Inode != 0)
        {
            json.WriteNumber("inode", one.Namespace.Inode);
        }

        json.WriteString("kind", one.Namespace.Kind.JsonValue());
        json.WriteString("source", one.Source.JsonValue());
        ConnectionsJson.Write(json, one.Counts);
        if (sockets is not null)
        {
            SocketJson.WriteAll(json, sockets);
        }

        json.WriteEndObject();
    }
}
