namespace Agent.Tcp.Ports;

/// <summary>
/// The sockets of one namespace by service and state, of every port there is. Shared by all namespaces, one after the other:
/// its memory grows to what the namespace of most ports needs.
/// </summary>
internal sealed class ServiceCounts
{
    private const int Families = 2;
    private const int States = TcpStates.SlotCount;
    private const int Width = Families * States;

    /// <summary>The number of each service's row, from 1; 0 for none.</summary>
    private readonly int[] _rows = new int[Service.Count];
    private readonly List<int> _keys = [];
    private int[] _counts = new int[16 * Width];

    /// <summary>How many services there are; some may have no sockets.</summary>
    public int Count => _keys.Count;

    public void Add(SocketFamily family, Service service, TcpState state)
    {
        ref int row = ref _rows[service.Key];
        if (row == 0)
        {
            _keys.Add(service.Key);
            row = _keys.Count;
            if (row * Width > _counts.Length)
            {
                Array.Resize(ref _counts, 2 * _counts.Length);
            }
        }

        _counts[((row - 1) * Width) + ((int)family * States) + (int)state]++;
    }

    /// <summary>One of the services, with how many sockets it has.</summary>
    public (Service Service, long Sockets) this[int index]
    {
        get
        {
            long sockets = 0;
            foreach (int count in Row(index))
            {
                sockets += count;
            }

            return (new Service(_keys[index]), sockets);
        }
    }

    /// <summary>The number of a service; null where it has no row.</summary>
    public int? IndexOf(Service service) => _rows[service.Key] is > 0 and int row ? row - 1 : null;

    public long Of(int index, TcpState state) => Row(index)[(int)state] + Row(index)[States + (int)state];

    public void Clear(SocketFamily family)
    {
        for (int index = 0; index < Count; index++)
        {
            Row(index).Slice((int)family * States, States).Clear();
        }
    }

    public void Clear()
    {
        foreach (int key in CollectionsMarshal.AsSpan(_keys))
        {
            _rows[key] = 0;
        }

        _counts.AsSpan(0, Count * Width).Clear();
        _keys.Clear();
    }

    private Span<int> Row(int index) => _counts.AsSpan(index * Width, Width);
}

/// <summary>A port that is served, or one that is connected to.</summary>
/// <param name="Key">Both in one number below <see cref="Count"/>.</param>
internal readonly record struct Service(int Key)
{
    /// <summary>How many there can be.</summary>
    public const int Count = 2 * Ports;

    private const int Ports = ushort.MaxValue + 1;

    public static Service Server(ushort port) => new(port);

    public static Service Client(ushort remotePort) => new(Ports + remotePort);

    public bool IsServer => Key < Ports;

    public ushort Port => (ushort)Key;
}
