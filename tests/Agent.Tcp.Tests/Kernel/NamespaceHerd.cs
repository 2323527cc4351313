using System.Net;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Many network namespaces, each with a process to be found by and a few listeners.</summary>
internal sealed class NamespaceHerd : IDisposable
{
    private readonly List<Member> _members = [];

    public IReadOnlyList<Member> Members => _members;

    /// <summary>Makes them. Skips without root or <c>nsenter</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="listeners">How many listeners of each family the n-th has.</param>
    public static NamespaceHerd CreateOrSkip(int count, Func<int, (int Inet, int Inet6)> listeners)
    {
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        var herd = new NamespaceHerd();
        try
        {
            for (int index = 0; index < count; index++)
            {
                herd._members.Add(Member.Create(listeners(index)));
            }

            return herd;
        }
        catch
        {
            herd.Dispose();
            throw;
        }
    }

    public void Dispose() => _members.ForEach(member => member.Dispose());

    internal sealed class Member : IDisposable
    {
        private readonly TestNamespace _space = TestNamespace.CreateOrSkip();
        private readonly List<KernelSocket> _sockets = [];

        private Member() => Inode = _space.ToTcpNamespace().Inode;

        public ulong Inode { get; }

        public ConnectionCounts Made { get; } = new();

        public ResidentProcess? Resident { get; private set; }

        public static Member Create((int Inet, int Inet6) listeners)
        {
            var member = new Member();
            member._space.Run(() =>
            {
                member.Listen(listeners.Inet, TcpSocketKind.Ipv4Inet, IPAddress.Loopback);
                member.Listen(listeners.Inet6, TcpSocketKind.Ipv6Inet6, IPAddress.IPv6Loopback);
            });
            member.Resident = ResidentProcess.StartIn(member._space);
            return member;
        }

        /// <summary>Ends all that the namespace can be found by.</summary>
        public void End()
        {
            Resident!.Kill();
            _space.Dispose();
        }

        public void Dispose()
        {
            Resident?.Dispose();
            _sockets.ForEach(socket => socket.Dispose());
            _space.Dispose();
        }

        private void Listen(int listeners, TcpSocketKind kind, IPAddress address)
        {
            for (int listener = 0; listener < listeners; listener++)
            {
                _sockets.Add(KernelSocket.Listen(kind.Family(), address));
                Made.Add(kind, (int)TcpState.Listen);
            }
        }
    }
}
