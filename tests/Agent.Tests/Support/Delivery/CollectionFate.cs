namespace Agent.Tests.Support.Delivery;

/// <summary>One collection's way to the receiver.</summary>
/// <param name="collectedAt">ns since 1970.</param>
internal sealed class CollectionFate(ulong collectedAt)
{
    public ulong CollectedAt { get; } = collectedAt;

    /// <summary>How often it came, refused or taken.</summary>
    public int Attempts { get; set; }

    /// <summary>How often it was taken; more than once is a duplicate.</summary>
    public int TakenCount { get; set; }
}
