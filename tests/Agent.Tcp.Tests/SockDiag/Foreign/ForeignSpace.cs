using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Tests.Kernel;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>A network namespace that another process has, and with whose end it ends.</summary>
internal sealed class ForeignSpace : IDisposable
{
    private const int NewNet = 0x40000000;

    private readonly Process _process;

    private ForeignSpace(Process process, ulong from)
    {
        _process = process;
        ProcPath table = ProcPath.OfNet("/proc", Pid, "tcp");
        Poll.Until(() => process.HasExited || (Libc.Inode(table.Bytes) is var inode && inode != 0 && inode != from), "unshare has made its namespace");
        Inode = Libc.Inode(table.Bytes);
    }

    public string Pid => _process.Id.ToString(CultureInfo.InvariantCulture);

    public ulong Inode { get; }

    public static ForeignSpace CreateOrSkip()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make and to enter network namespaces.");
        Tool.SkipUnlessInstalled("unshare", "util-linux");
        return new ForeignSpace(Start(), Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes));
    }

    /// <summary>One that is created from another, as by a container engine inside it.</summary>
    public static ForeignSpace CreateIn(ForeignSpace parent)
    {
        Process? process = null;
        parent.Run(() => process = Start());
        return new ForeignSpace(process!, parent.Inode);
    }

    public TcpNamespace Space(long id = 0) => new("/proc", Pid, NamespaceIdentity.Other, Inode, id);

    /// <summary>Runs the work inside, on a thread made for it, with loopback up. Its sockets stay.</summary>
    public void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using (var file = File.OpenHandle($"/proc/{Pid}/ns/net"))
                {
                    KernelCalls.Checked(KernelCalls.setns((int)file.DangerousGetHandle(), NewNet), "setns");
                }

                LoopbackDevice.BringUp();
                work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static Process Start() => Tool.Start("unshare", "--net", "sleep", "600");

    /// <summary>Ends the process.</summary>
    public void End()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        End();
        _process.Dispose();
    }
}
