namespace Agent.Tests.Support.Network;

/// <summary>What a <see cref="FaultyLink"/> does to the connections through it, from the moment it is set.</summary>
internal sealed record LinkFault
{
    public static LinkFault None { get; } = new();

    /// <summary>Nothing listens, and open connections are reset.</summary>
    public static LinkFault Refuse { get; } = new() { IsRefusing = true };

    /// <summary>Connections are taken, and nothing goes either way.</summary>
    public static LinkFault Hang { get; } = new() { BytesPerSecond = 0 };

    public bool IsRefusing { get; init; }

    /// <summary>A connection is reset once so many more bytes of requests have gone through it; null never.</summary>
    public int? CutAfterRequestBytes { get; init; }

    /// <summary>The same, of answers.</summary>
    public int? CutAfterAnswerBytes { get; init; }

    /// <summary>The pace of each direction; null is as fast as it goes, 0 nothing at all.</summary>
    public int? BytesPerSecond { get; init; }
}
