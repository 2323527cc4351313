namespace Agent.Tcp.Ports;

/// <summary>
/// Which ports get series of their own. Some programs listen on any port that is free, on another one each time, here or on
/// the other end; a series for each would never end, so of such ports few are admitted an hour.
/// </summary>
/// <param name="max">How many ports may have series at a time.</param>
/// <param name="time">The clock.</param>
internal sealed class PortAdmission(int max, TimeProvider time)
{
    /// <summary>Where the range begins that the kernel gives ports from by itself (<c>net.ipv4.ip_local_port_range</c>).</summary>
    public const int FirstEphemeral = 32768;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private long _begun = time.GetTimestamp();
    private int _ephemeral;

    /// <summary>Whether one more port may have a series beside those that have one.</summary>
    public bool HasRoom(int taken) => taken < max;

    /// <summary>Whether a port gets a series, where there is room. If not, no other of <see cref="FirstEphemeral"/> or higher would.</summary>
    public bool Admit(int port)
    {
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
