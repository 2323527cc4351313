using Agent.Tcp.Tests.Support;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Sockets of every kind in every state that user space can bring about, in one namespace.</summary>
internal sealed class EverySocket : IDisposable
{
    private readonly List<SocketWorkshop> _workshops = [];

    private EverySocket()
    {
    }

    /// <summary>What the kernel's tables must show once the connections have settled.</summary>
    public ConnectionCounts Made { get; } = new();

    /// <summary>Makes them, in the namespace.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="times">How many of the kind in the state.</param>
    public static EverySocket Make(TestNamespace space, Func<TcpSocketKind, TcpState, int> times)
    {
        var made = new EverySocket();
        foreach (TcpSocketKind kind in Enum.GetValues<TcpSocketKind>())
        {
            var workshop = new SocketWorkshop(kind);
            made._workshops.Add(workshop);
            space.Run(() => Make(workshop, state => times(kind, state)));
            foreach (TcpState state in Enum.GetValues<TcpState>())
            {
                made.Made.Set(kind, state, workshop.Made[kind, state]);
            }
        }

        // Segments on the way may still change a state.
        string settled = made.Made.Describe();
        Poll.Until(
            () => string.Equals(
                KernelSource.Read(KernelSource.Procfs, space).Reading.Counts.Describe(), settled, StringComparison.Ordinal),
            "every socket is in the state that it was made for");
        return made;
    }

    /// <summary>Each kind in each state another number of times, so that no two counts can be taken for each other.</summary>
    public static EverySocket MakeDistinct(TestNamespace space)
    {
        int times = 1;
        return Make(space, (_, _) => ++times);
    }

    public void Dispose() => _workshops.ForEach(workshop => workshop.Dispose());

    private static void Make(SocketWorkshop workshop, Func<TcpState, int> times)
    {
        foreach (TcpState state in SocketWorkshop.States)
        {
            for (int left = times(state); left > 0; left--)
            {
                workshop.Make(state);
            }
        }
    }
}
