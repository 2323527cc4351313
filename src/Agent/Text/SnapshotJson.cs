using Agent.Tcp.Scheduling;

namespace Agent.Text;

/// <summary>A snapshot as JSON. A contract.</summary>
internal static class SnapshotJson
{
    public static void Write(Utf8JsonWriter json, TcpSnapshot snapshot, SocketListing? sockets)
    {
        json.WriteStartObject();
        json.WriteString("timestamp", snapshot.Timestamp);
        json.WriteObjects("namespaces", snapshot.Namespaces.Where(one => one.Reading.HasResult), one => WriteNamespace(json, one, sockets));
        WriteErrors(json, snapshot);
        json.WriteEndObject();
    }

    /// <summary>The member <c>errors</c>.</summary>
    public static void WriteErrors(Utf8JsonWriter json, TcpSnapshot snapshot) => json.WriteObjects("errors", snapshot.Errors, error =>
    {
        json.WriteString("path", error.Path);
        json.WriteString("error", error.Message);
    });

    /// <summary>Which namespace it is, whose, and how it was read: members of the current object.</summary>
    public static void WriteIdentity(Utf8JsonWriter json, NamespaceSnapshot one)
    {
        // The namespace's own inode; where that cannot be read, the identifier used instead (attribute linux.netns.id).
        if (one.Namespace.NetnsInode != 0)
        {
            json.WriteNumber("inode", one.Namespace.NetnsInode);
        }
        else if (one.Namespace.Inode != 0)
        {
            json.WriteNumber("id", one.Namespace.Inode);
        }

        NamespaceIdentity identity = one.Namespace.Identity;
        json.WriteString("kind", identity.Kind.JsonValue());
        json.WriteKnown("podUid", identity.PodUid);
        json.WriteKnown("podName", identity.PodName);
        json.WriteKnown("podNamespace", identity.PodNamespace);
        json.WriteKnown("containerId", identity.ContainerId);
        json.WriteString("source", one.Reading.Source.JsonValue());
    }

    private static void WriteNamespace(Utf8JsonWriter json, NamespaceSnapshot one, SocketListing? sockets)
    {
        WriteIdentity(json, one);
        if (sockets is not null)
        {
            // Before the counts, which are made from the sockets and complete after the last one.
            SocketJson.WriteAll(json, sockets.Walk(one));
        }

        ConnectionsJson.Write(json, one.Reading.Counts);
    }
}
