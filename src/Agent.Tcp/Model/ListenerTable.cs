namespace Agent.Tcp;

/// <summary>The listeners of one namespace by family and port. Several sockets on one port (SO_REUSEPORT) add up.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<int, Listener>[] _byFamily = [[], []];

    /// <summary>The ports of a family; enumerating it allocates nothing.</summary>
    public Dictionary<int, Listener> this[SocketFamily family] => _byFamily[(int)family];

    /// <summary>Adds a socket that listens.</summary>
    /// <param name="family">Its table.</param>
    /// <param name="port">Its port, in host order.</param>
    /// <param name="backlog">Connections that wait for accept() (<c>sk_ack_backlog</c>).</param>
    /// <param name="limit">How many may (<c>sk_max_ack_backlog</c>); null where the source does not tell.</param>
    public void Add(SocketFamily family, ushort port, ulong backlog, long? limit)
    {
        ref Listener listener = ref CollectionsMarshal.GetValueRefOrAddDefault(this[family], port, out bool exists);
        listener.Backlog += (long)Math.Min(backlog, uint.MaxValue);
        listener.Limit = exists ? listener.Limit + limit : limit;
    }

    public void CopyFrom(ListenerTable other, SocketFamily family)
    {
        Clear(family);
        foreach ((int port, Listener listener) in other[family])
        {
            this[family].Add(port, listener);
        }
    }

    public void Clear(SocketFamily family) => this[family].Clear();
}

/// <summary>The sockets that listen on one port.</summary>
internal struct Listener
{
    /// <summary>Connections that wait for accept().</summary>
    public long Backlog;

    /// <summary>How many may; null where it is not known of every socket.</summary>
    public long? Limit;
}
