using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Agent.Tcp.Interop;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A link between two namespaces of a test, with a delay and losses of its own: a TUN device in each, and a thread for each
/// direction that carries the packets over. As <c>tc netem</c> does on a veth, where the kernel has that module.
/// </summary>
/// <remarks>Packets from left to right have the delay, those back have none: a round trip takes it once.</remarks>
internal sealed unsafe class DelayedLink : IDisposable
{
    /// <summary><c>TUNSETIFF</c>, linux/if_tun.h.</summary>
    private const nuint SetInterface = 0x400454CA;

    /// <summary><c>IFF_TUN | IFF_NO_PI</c>, linux/if_tun.h: bare IP packets.</summary>
    private const short Tun = 0x1001;

    /// <summary><c>POLLIN</c>, asm-generic/poll.h.</summary>
    private const short Readable = 1;

    /// <summary>A packet of data, not one that only opens, acknowledges or closes.</summary>
    private const int SmallestData = 500;

    private readonly SafeFileHandle _left;
    private readonly SafeFileHandle _right;
    private readonly Thread[] _pumps;
    private volatile bool _end;

    private DelayedLink(SafeFileHandle left, SafeFileHandle right, TimeSpan delay, int loseEvery)
    {
        (_left, _right) = (left, right);
        (int toLeft, int toRight) = ((int)left.DangerousGetHandle(), (int)right.DangerousGetHandle());
        _pumps =
        [
            Start(() => Pump(toLeft, toRight, delay, loseEvery)),
            Start(() => Pump(toRight, toLeft, TimeSpan.Zero, 0)),
        ];
    }

    /// <summary>Makes it.</summary>
    /// <param name="left">One namespace; its addresses end in 1.</param>
    /// <param name="right">The other; its addresses end in 2.</param>
    /// <param name="name">The devices' name.</param>
    /// <param name="networks">The addresses but for their last number.</param>
    /// <param name="delay">How long a packet to the right takes.</param>
    /// <param name="loseEvery">Of large packets to the right, one in so many is lost; 0 for none.</param>
    public static DelayedLink CreateOrSkip(
        TestNamespace left, TestNamespace right, string name, string[] networks, TimeSpan delay, int loseEvery = 0)
    {
        Tool.SkipUnlessInstalled("ip", "iproute2");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "Needs /dev/net/tun (CONFIG_TUN) for a link with a delay.");
        return new DelayedLink(
            Open(left, name, [.. networks.Select(network => network + "1")]),
            Open(right, name, [.. networks.Select(network => network + "2")]),
            delay,
            loseEvery);
    }

    public void Dispose()
    {
        _end = true;
        foreach (Thread pump in _pumps)
        {
            pump.Join();
        }

        _left.Dispose();
        _right.Dispose();
    }

    private static SafeFileHandle Open(TestNamespace space, string name, string[] addresses)
    {
        SafeFileHandle device = space.Run(() =>
        {
            SafeFileHandle opened = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var request = default(InterfaceRequest);
            Encoding.ASCII.GetBytes(name, new Span<byte>(request.ifr_name, 15));
            request.ifr_flags = Tun;
            KernelCalls.Checked(KernelCalls.ioctl((int)opened.DangerousGetHandle(), SetInterface, &request), "ioctl(TUNSETIFF)");
            return opened;
        });
        Ip(space, "link", "set", name, "up");
        foreach (string address in addresses)
        {
            bool isIpv6 = address.Contains(':', StringComparison.Ordinal);
            Ip(space, [.. new[] { "addr", "add", isIpv6 ? address + "/64" : address + "/24", "dev", name }, .. isIpv6 ? ["nodad"] : Array.Empty<string>()]);
        }

        return device;
    }

    private static void Ip(TestNamespace space, params string[] arguments) =>
        Tool.Run("nsenter", [$"--net={space.File}", "ip", .. arguments]);

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true, Name = "delayed link" };
        thread.Start();
        return thread;
    }

    private void Pump(int from, int to, TimeSpan delay, int loseEvery)
    {
        var underWay = new Queue<(long Sent, byte[] Packet)>();
        byte[] buffer = new byte[65_536];
        int large = 0;
        while (!_end)
        {
            TimeSpan wait = underWay.TryPeek(out (long Sent, byte[] Packet) first)
                ? delay - Stopwatch.GetElapsedTime(first.Sent)
                : TimeSpan.FromMilliseconds(20);
            if (Libc.Wait(from, Readable, (int)Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))) > 0)
            {
                int length = (int)Libc.Read(from, buffer);
                bool isLost = loseEvery > 0 && length >= SmallestData && ++large % loseEvery == 0;
                if (length > 0 && !isLost)
                {
                    underWay.Enqueue((Stopwatch.GetTimestamp(), buffer[..length]));
                }
            }

            while (underWay.TryPeek(out first) && Stopwatch.GetElapsedTime(first.Sent) >= delay)
            {
                fixed (byte* packet = first.Packet)
                {
                    _ = KernelCalls.write(to, packet, (nuint)first.Packet.Length);
                }

                underWay.Dequeue();
            }
        }
    }

    /// <summary><c>struct ifreq</c>, linux/if.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct InterfaceRequest
    {
        [FieldOffset(0)]
        public fixed byte ifr_name[16];

        [FieldOffset(16)]
        public short ifr_flags;
    }
}
