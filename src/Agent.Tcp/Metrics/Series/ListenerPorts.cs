namespace Agent.Tcp.Metrics;

/// <summary>
/// Which ports of a group of namespaces get series of their own. Some programs listen on any port that is free, on another
/// one each time; a series for each would never end, so of such ports few are admitted an hour.
/// </summary>
/// <param name="max">How many ports may have series at a time.</param>
/// <param name="time">The clock.</param>
internal sealed class ListenerPorts(int max, TimeProvider time)
{
    /// <summary>Where the range begins that the kernel gives ports from by itself (<c>net.ipv4.ip_local_port_range</c>).</summary>
    public const ushort FirstEphemeral = 32768;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private long _begun = time.GetTimestamp();
    private int _ephemeral;

    /// <summary>Whether a port gets a series where <paramref name="taken"/> others have one.</summary>
    public bool Admit(ushort port, int taken)
    {
        if (taken >= max)
        {
            return false;
        }

        if (port < FirstEphemeral)
        {
            return true;
        }

        if (time.GetElapsedTime(_begun) >= Window)
        {
            _begun = time.GetTimestamp();
            _ephemeral = 0;
        }

        return _ephemeral++ < max;
    }
}
