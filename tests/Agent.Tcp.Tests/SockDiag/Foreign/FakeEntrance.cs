using Agent.Tcp.Namespaces;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Tests.SockDiag.Dumps;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>Namespaces that can be entered or not by script. Without one: each has one socket in LISTEN.</summary>
internal sealed class FakeEntrance : INamespaceEntrance
{
    /// <summary>What entering a namespace gives, by its inode, where it is not a socket.</summary>
    public Dictionary<ulong, EntranceResult> Faults { get; } = [];

    /// <summary>What the socket inside answers, by its inode.</summary>
    public Dictionary<ulong, Func<DiagMessages, Step[]>[]> Answers { get; } = [];

    public bool HasInet6 { get; set; } = true;

    /// <summary>Which were entered, in order.</summary>
    public List<ulong> Entered { get; } = [];

    /// <summary>The sockets that were opened, in order.</summary>
    public List<FakeTransport> Sockets { get; } = [];

    public EntranceResult Enter(TcpNamespace space)
    {
        Entered.Add(space.Inode);
        if (Faults.TryGetValue(space.Inode, out EntranceResult fault))
        {
            return fault;
        }

        var socket = new FakeTransport(Answers.GetValueOrDefault(space.Inode, [Listening]));
        socket.Open();
        Sockets.Add(socket);
        return new EntranceResult(EntranceFault.None, 0, socket, HasInet6);
    }

    public static Step[] Listening(DiagMessages messages) => [messages.Socket(TcpState.Listen), messages.Done()];
}
