using System.Runtime.InteropServices;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>One answer to a receive: a datagram, or an errno.</summary>
internal readonly record struct Step(byte[]? Datagram, int Error = 0, uint Sender = 0, int? TrueLength = null)
{
    public static implicit operator Step(byte[] datagram) => new(datagram);

    public static Step Fails(int errno) => new(null, errno);
}

/// <summary>
/// A kernel that answers by script: each request takes the next answer; the last one is given again and again.
/// </summary>
internal sealed class FakeTransport(params Func<DiagMessages, Step[]>[] answers) : ISockDiagTransport
{
    private readonly Queue<Step> _pending = [];
    private int _answered;

    public bool IsOpen { get; private set; }

    public uint Port { get; init; } = 4711;

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>The type of each request, as it was sent.</summary>
    public List<ushort> Requests { get; } = [];

    /// <summary>Set, opening fails with it.</summary>
    public int OpenError { get; set; }

    /// <summary>The errnos that sending fails with, before it succeeds.</summary>
    public Queue<int> SendErrors { get; } = [];

    public int Waits { get; private set; }

    /// <summary>What waiting does; without it, nothing ever comes.</summary>
    public Func<TimeSpan, int> OnWait { get; set; } = _ => 0;

    /// <summary>Called before each receive.</summary>
    public Action OnReceive { get; set; } = () => { };

    public int Open()
    {
        Opened++;
        IsOpen = OpenError == 0;
        return -OpenError;
    }

    public void Close()
    {
        if (IsOpen)
        {
            IsOpen = false;
            Closed++;
        }

        _pending.Clear();
    }

    public void Dispose()
    {
        Close();
        Disposed = true;
    }

    public int Send(ReadOnlySpan<byte> request)
    {
        if (SendErrors.TryDequeue(out int error))
        {
            return -error;
        }

        NlMsgHdr header = MemoryMarshal.Read<NlMsgHdr>(request);
        Requests.Add(header.nlmsg_type);
        var messages = new DiagMessages(header.nlmsg_seq, Port);
        foreach (Step step in answers[Math.Min(_answered++, answers.Length - 1)](messages))
        {
            _pending.Enqueue(step);
        }

        return request.Length;
    }

    public int Receive(Span<byte> buffer, out uint sender)
    {
        OnReceive();
        sender = 0;
        if (!_pending.TryDequeue(out Step step))
        {
            return -Errno.EAGAIN;
        }

        sender = step.Sender;
        if (step.Datagram is not { } datagram)
        {
            return -step.Error;
        }

        datagram.AsSpan(0, Math.Min(datagram.Length, buffer.Length)).CopyTo(buffer);
        return step.TrueLength ?? datagram.Length;
    }

    public int Wait(TimeSpan time)
    {
        Waits++;
        return OnWait(time);
    }
}
