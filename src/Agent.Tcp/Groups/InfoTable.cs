namespace Agent.Tcp.Groups;

/// <summary>
/// What the kernel measured of connections, by cell. Ratios need sums only; medians need each connection's values, which take
/// 12 bytes.
/// </summary>
internal sealed class InfoTable
{
    private readonly List<InfoSums> _sums = [];
    private readonly List<Sample> _samples = [];
    private bool _isSorted;

    /// <summary>How many connections it has.</summary>
    public int Count => _samples.Count;

    /// <summary>Takes a connection.</summary>
    /// <param name="slot">The cell's place here, from 1 on; 0 where it has none yet.</param>
    /// <param name="info">What was measured.</param>
    public void Add(ref int slot, in ConnectionInfo info)
    {
        if (slot == 0)
        {
            _sums.Add(default);
            slot = _sums.Count;
        }

        CollectionsMarshal.AsSpan(_sums)[slot - 1].Add(in info);
        _samples.Add(new Sample(slot, info.RoundTrip ?? 0, info.CongestionWindow ?? 0));
        _isSorted = false;
    }

    /// <summary>Adds a cell's connections to a group's.</summary>
    public void AddTo(GroupInfo group, int slot)
    {
        Sort();
        group.Sums.Add(CollectionsMarshal.AsSpan(_sums)[slot - 1]);
        ReadOnlySpan<Sample> samples = CollectionsMarshal.AsSpan(_samples);
        for (int index = First(samples, slot); index < samples.Length && samples[index].Slot == slot; index++)
        {
            group.Add(samples[index].RoundTrip, samples[index].CongestionWindow);
        }
    }

    public void Clear()
    {
        _sums.Clear();
        _samples.Clear();
    }

    private static int First(ReadOnlySpan<Sample> samples, int slot)
    {
        int low = 0;
        int high = samples.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = samples[middle].Slot < slot ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Sort()
    {
        if (!_isSorted)
        {
            CollectionsMarshal.AsSpan(_samples).Sort(static (left, right) => left.Slot.CompareTo(right.Slot));
            _isSorted = true;
        }
    }

    /// <summary>0 is unknown: the kernel shows neither as 0 once it is measured.</summary>
    private readonly record struct Sample(int Slot, uint RoundTrip, uint CongestionWindow);
}

/// <summary>Sums over connections. Those of which the kernel does not tell both parts of a ratio are left out of it.</summary>
internal struct InfoSums
{
    private ulong _sent;
    private ulong _retransmitted;
    private ulong _busy;
    private ulong _receiveWindow;
    private ulong _sendBuffer;

    /// <summary>Bytes sent again of all bytes sent; null where none was sent or the kernel does not tell.</summary>
    public readonly double? RetransmissionRatio => Ratio(_retransmitted, _sent);

    /// <summary>The share of the busy time; null where there was none or the kernel does not tell.</summary>
    public readonly double? ReceiveWindowLimited => Ratio(_receiveWindow, _busy);

    /// <inheritdoc cref="ReceiveWindowLimited"/>
    public readonly double? SendBufferLimited => Ratio(_sendBuffer, _busy);

    public void Add(in ConnectionInfo info)
    {
        if (info is { BytesSent: { } sent, BytesRetransmitted: { } retransmitted })
        {
            _sent += sent;
            _retransmitted += retransmitted;
        }

        if (info is { BusyTime: { } busy, ReceiveWindowLimited: { } receiveWindow, SendBufferLimited: { } sendBuffer })
        {
            _busy += busy;
            _receiveWindow += receiveWindow;
            _sendBuffer += sendBuffer;
        }
    }

    public void Add(InfoSums other)
    {
        _sent += other._sent;
        _retransmitted += other._retransmitted;
        _busy += other._busy;
        _receiveWindow += other._receiveWindow;
        _sendBuffer += other._sendBuffer;
    }

    private static double? Ratio(ulong part, ulong whole) => whole == 0 ? null : (double)part / whole;
}

/// <summary>What the kernel measured of a group's connections. Reused.</summary>
internal sealed class GroupInfo
{
    private readonly List<uint> _roundTrips = [];
    private readonly List<uint> _windows = [];
    private InfoSums _sums;
    private bool _isPartial;

    public ref InfoSums Sums => ref _sums;

    /// <summary>In microseconds; null where none was measured.</summary>
    public uint? MedianRoundTrip => Percentile(_roundTrips, 50);

    /// <inheritdoc cref="MedianRoundTrip"/>
    public uint? HighRoundTrip => Percentile(_roundTrips, 95);

    /// <summary>In segments.</summary>
    public uint? MedianCongestionWindow => Percentile(_windows, 50);

    /// <summary>Something is known.</summary>
    public bool IsKnown => _roundTrips.Count > 0 || _windows.Count > 0;

    /// <summary>Takes a connection's values; 0 is unknown.</summary>
    public void Add(uint roundTrip, uint congestionWindow)
    {
        if (roundTrip > 0)
        {
            _roundTrips.Add(roundTrip);
        }

        if (congestionWindow > 0)
        {
            _windows.Add(congestionWindow);
        }
    }

    /// <summary>Of some connections nothing is known: then nothing is of the group.</summary>
    public void AddUnknown() => _isPartial = true;

    /// <summary>All connections were added.</summary>
    public void End()
    {
        if (_isPartial)
        {
            Clear();
        }

        _roundTrips.Sort();
        _windows.Sort();
    }

    public void Clear()
    {
        _roundTrips.Clear();
        _windows.Clear();
        _sums = default;
        _isPartial = false;
    }

    /// <summary>By nearest rank: the least value that so many per cent of all values do not exceed.</summary>
    private static uint? Percentile(List<uint> sorted, long percent) =>
        sorted.Count == 0 ? null : sorted[(int)(((sorted.Count * percent) + 99) / 100) - 1];
}
