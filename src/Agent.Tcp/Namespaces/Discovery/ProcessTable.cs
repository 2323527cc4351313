namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>The known processes, by PID. A new listing is merged in: two sorted runs, no hashing, no allocation.</summary>
internal sealed class ProcessTable
{
    private KnownProcess[] _current = [];
    private KnownProcess[] _previous = [];
    private int _count;

    public Span<KnownProcess> Processes => _current.AsSpan(0, _count);

    /// <summary>Forgets who has gone, adds who is new, and marks as doubtful whose directory has another number.</summary>
    public void Update(ReadOnlySpan<ListedProcess> listed)
    {
        (_current, _previous) = (_previous, _current);
        int previousCount = _count;
        if (_current.Length < listed.Length)
        {
            _current = new KnownProcess[Math.Max(listed.Length, 2 * _current.Length)];
        }

        int old = 0;
        _count = 0;
        foreach (ListedProcess process in listed)
        {
            while (old < previousCount && _previous[old].Pid < process.Pid)
            {
                old++;
            }

            ref KnownProcess known = ref _current[_count++];
            if (old < previousCount && _previous[old].Pid == process.Pid)
            {
                known = _previous[old++];
                known.IsDoubtful = known.Directory != process.Directory;
                known.Directory = process.Directory;
            }
            else
            {
                known = new KnownProcess { Pid = process.Pid, Directory = process.Directory };
            }
        }

        // Nothing may keep a namespace that has gone in memory.
        Array.Clear(_previous, 0, previousCount);
        Array.Clear(_current, _count, _current.Length - _count);
    }
}
