using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Sampling;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>The sockets inside one other network namespace, and when the one that counts last failed.</summary>
internal sealed class ForeignSocket(INamespaceEntrance entrance, TcpNamespace space) : EnteredSocket(entrance, space)
{
    private readonly INamespaceEntrance _entrance = entrance;
    private EnteredSocket? _sampled;
    private SampleWalk? _walk;

    /// <summary>What counting remembers of it.</summary>
    public CountingMemory Memory { get; } = new();

    /// <summary>When it failed, until it is tried again; null while it works.</summary>
    public long? FailedAt { get; set; }

    /// <summary>The process through which it failed, when another one may do better; otherwise null.</summary>
    public string? FailedProcess { get; set; }

    /// <summary>When this process was not allowed in, until it is tried again.</summary>
    public long? RefusedAt { get; set; }

    /// <summary>The last round of <see cref="ForeignSockDiag.Keep"/> that it was live in.</summary>
    public long Round { get; set; }

    /// <summary>Samples the namespace as it is now read.</summary>
    /// <returns>How it ended; well, where the process through which to enter has gone: the next time there may be another.</returns>
    public SockDiagResult Sample(TcpNamespace space, RoundTripSampler sampler, SampleLimit limit, RoundTripSample into)
    {
        _sampled ??= new EnteredSocket(_entrance, space);
        _sampled.Space = space;
        _walk ??= new SampleWalk(_sampled, new Random());
        SockDiagResult result = sampler.Read(_walk, limit, into);
        return !_sampled.IsOpen && _sampled.Entrance.IsGone ? default : result;
    }

    public override void Dispose()
    {
        base.Dispose();
        _walk?.Dispose();
    }
}

/// <summary>Tells namespaces apart: by discovery's number, or else by the inode, which a held namespace keeps.</summary>
internal readonly record struct NamespaceKey(long Id, ulong Inode)
{
    public static NamespaceKey Of(TcpNamespace space) => space.Id != 0 ? new(space.Id, 0) : new(0, space.Inode);
}
