namespace Agent.Tcp.SockDiag.Sampling;

/// <summary>
/// Finds the port that most connections have, in constant memory (Misra and Gries, "Finding repeated elements", 1982): any
/// that more than a ninth of them have is among those kept. Allocates nothing.
/// </summary>
internal sealed class FrequentPort
{
    private const int Kept = 8;

    private readonly ushort[] _ports = new ushort[Kept];
    private readonly int[] _counts = new int[Kept];

    /// <summary>The one with the greatest count; 0 where there is none.</summary>
    public ushort Most
    {
        get
        {
            int greatest = _counts.Max();
            return greatest == 0 ? (ushort)0 : _ports[Array.IndexOf(_counts, greatest)];
        }
    }

    public void Add(ushort port)
    {
        int free = -1;
        for (int index = 0; index < Kept; index++)
        {
            if (_counts[index] == 0)
            {
                free = index;
            }
            else if (_ports[index] == port)
            {
                _counts[index]++;
                return;
            }
        }

        if (free >= 0)
        {
            (_ports[free], _counts[free]) = (port, 1);
            return;
        }

        for (int index = 0; index < Kept; index++)
        {
            _counts[index]--;
        }
    }

    public void Clear() => Array.Clear(_counts);
}
