using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Tests.Support;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A network namespace of the test's own, empty but for its loopback device: what stands in its tables is what the
/// test made. A parked thread of this process holds it, so its tables are under <c>/proc/self/task/TID/net</c>.
/// </summary>
/// <remarks>
/// Work runs on threads made for it, never on the thread pool's: a pool thread that entered the namespace, or that was
/// started by one that had, would take the sockets of other tests into it. For the same reason the work must not
/// await, start processes, or set timers.
/// </remarks>
internal sealed class TestNamespace : IDisposable
{
    /// <summary><c>CLONE_NEWNET</c>, linux/sched.h.</summary>
    private const int NetworkNamespace = 0x40000000;

    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _holder;
    private int _threadId;

    private TestNamespace()
    {
        using var ready = new ManualResetEventSlim();
        Exception? failure = null;
        _holder = new Thread(() =>
        {
            try
            {
                KernelCalls.Checked(KernelCalls.unshare(NetworkNamespace), "unshare(CLONE_NEWNET)");
                LoopbackDevice.BringUp();
                _threadId = KernelCalls.gettid();
            }
            catch (IOException exception)
            {
                failure = exception;
            }

            ready.Set();
            if (failure is null)
            {
                _end.Wait();
            }
        })
        {
            IsBackground = true,
            Name = "test namespace",
        };
        _holder.Start();
        ready.Wait();
        if (failure is not null)
        {
            Assert.Skip($"Needs root (CAP_SYS_ADMIN) for a network namespace of its own: {failure.Message}");
        }
    }

    /// <summary>What stands for a process under <c>/proc</c>.</summary>
    public string Process => $"self/task/{_threadId}";

    /// <summary>The directory under which the namespace's <c>net/</c> lies, valid from any process.</summary>
    public string Directory => $"/proc/{Environment.ProcessId}/task/{_threadId}";

    /// <summary>The file that <c>nsenter --net=</c> takes.</summary>
    public string File => $"{Directory}/ns/net";

    public static TestNamespace CreateOrSkip() => new();

    /// <summary>The namespace as the library knows it.</summary>
    public TcpNamespace ToTcpNamespace()
    {
        ulong inode = Libc.Inode(ProcPath.OfNet("/proc", Process, "tcp").Bytes);
        return new TcpNamespace("/proc", Process, NamespaceKind.Other, inode);
    }

    /// <summary>Runs the work inside and waits for it.</summary>
    public void Run(Action work) => OwnThread.Run(() =>
    {
        Enter();
        work();
    });

    /// <inheritdoc cref="Run(Action)"/>
    public T Run<T>(Func<T> work) => OwnThread.Run(() =>
    {
        Enter();
        return work();
    });

    /// <summary>Starts a thread inside. The work must not throw.</summary>
    public Thread Start(Action work)
    {
        var thread = new Thread(() =>
        {
            Enter();
            work();
        })
        {
            IsBackground = true,
        };
        thread.Start();
        return thread;
    }

    public void Dispose()
    {
        if (_holder.IsAlive)
        {
            _end.Set();
            _holder.Join();
            _end.Dispose();
        }
    }

    private void Enter()
    {
        using var file = System.IO.File.OpenHandle(File);
        KernelCalls.Checked(KernelCalls.setns((int)file.DangerousGetHandle(), NetworkNamespace), "setns");
    }
}
