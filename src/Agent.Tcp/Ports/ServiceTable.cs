namespace Agent.Tcp.Ports;

/// <summary>
/// The services of one namespace that are reported, and the others together: of each role as many ports as are allowed, of
/// those that come first the ones with most sockets. A port that is in it stays while it has sockets or a listener.
/// Allocates nothing while ports stay.
/// </summary>
/// <param name="max">How many ports of each role.</param>
/// <param name="time">The clock.</param>
internal sealed class ServiceTable(int max, TimeProvider time)
{
    private readonly Dictionary<Service, long[]> _own = [];
    private readonly ServiceRole _servers = new(new PortAdmission(max, time));
    private readonly ServiceRole _clients = new(new PortAdmission(max, time));

    /// <summary>Those that have a place of their own, each with its sockets by state; enumerating it allocates nothing.</summary>
    public Dictionary<Service, long[]> Own => _own;

    /// <summary>The sockets by state of all other services of a role.</summary>
    public long[] Others(bool isServer) => Role(isServer).Others;

    /// <summary>Takes over what has been counted.</summary>
    /// <param name="counts">All services.</param>
    /// <param name="isListed">
    /// Every socket was listed. Otherwise those that are established were not: they are as they were, and ports neither come
    /// nor go.
    /// </param>
    public void Update(ServiceCounts counts, bool isListed)
    {
        if (isListed)
        {
            Drop(counts);
            Admit(counts);
        }

        foreach ((Service service, long[] states) in _own)
        {
            Begin(states, isListed);
            if (counts.IndexOf(service) is { } index)
            {
                Add(counts, index, states, isListed);
            }
        }

        Begin(_servers.Others, isListed);
        Begin(_clients.Others, isListed);
        for (int index = 0; index < counts.Count; index++)
        {
            Service service = counts[index].Service;
            if (!_own.ContainsKey(service))
            {
                Add(counts, index, Others(service.IsServer), isListed);
            }
        }
    }

    private static void Begin(long[] states, bool isListed)
    {
        long established = states[(int)TcpState.Established];
        Array.Clear(states);
        states[(int)TcpState.Established] = isListed ? 0 : established;
    }

    private static void Add(ServiceCounts counts, int index, long[] states, bool isListed)
    {
        for (int state = 0; state < states.Length; state++)
        {
            states[state] += isListed || state != (int)TcpState.Established ? counts.Of(index, (TcpState)state) : 0;
        }
    }

    private ServiceRole Role(bool isServer) => isServer ? _servers : _clients;

    private void Drop(ServiceCounts counts)
    {
        foreach (Service service in _own.Keys)
        {
            if (counts.IndexOf(service) is not { } index || counts[index].Sockets == 0)
            {
                _own.Remove(service);
                Role(service.IsServer).Taken--;
            }
        }
    }

    private void Admit(ServiceCounts counts)
    {
        _servers.IsRefused = _clients.IsRefused = false;
        while (Largest(counts) is { } service)
        {
            ServiceRole role = Role(service.IsServer);
            if (role.Ports.Admit(service.Port))
            {
                _own.Add(service, new long[TcpStates.SlotCount]);
                role.Taken++;
            }
            else
            {
                role.IsRefused = true;
            }
        }
    }

    /// <summary>The service with most sockets that may have a place; the lowest port of equals. Only looked for while there is room.</summary>
    private Service? Largest(ServiceCounts counts)
    {
        (Service Service, long Sockets)? largest = null;
        bool hasRoom = _servers.HasRoom || _clients.HasRoom;
        for (int index = 0; hasRoom && index < counts.Count; index++)
        {
            (Service service, long sockets) = counts[index];
            if (sockets > 0
                && (largest is not { } before || sockets > before.Sockets || (sockets == before.Sockets && service.Key < before.Service.Key))
                && service is not { IsServer: false, Port: 0 }
                && Role(service.IsServer).MayTake(service.Port)
                && !_own.ContainsKey(service))
            {
                largest = (service, sockets);
            }
        }

        return largest?.Service;
    }

    /// <summary>The ports of one role.</summary>
    private sealed class ServiceRole(PortAdmission ports)
    {
        public PortAdmission Ports => ports;

        public long[] Others { get; } = new long[TcpStates.SlotCount];

        /// <summary>How many have a place of their own.</summary>
        public int Taken { get; set; }

        /// <summary>No more of the ephemeral ports may have one now.</summary>
        public bool IsRefused { get; set; }

        public bool HasRoom => ports.HasRoom(Taken);

        public bool MayTake(ushort port) => HasRoom && !(IsRefused && port >= PortAdmission.FirstEphemeral);
    }
}
