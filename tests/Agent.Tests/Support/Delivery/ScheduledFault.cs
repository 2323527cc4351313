using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Support.Delivery;

/// <summary>One kind of fault of a soak.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Link">What the connection does.</param>
/// <param name="Answer">What the receiver answers.</param>
/// <param name="CanDuplicate">The receiver may take a payload and the agent not learn of it.</param>
internal sealed record ScheduledFault(string Name, LinkFault Link, OtlpAnswer Answer, bool CanDuplicate)
{
    /// <summary>The disk of the spool is full meanwhile.</summary>
    public bool FillsDisk { get; init; }

    /// <summary>The agent's wall clock is so far from the machine's meanwhile.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>A payload comes that is never taken.</summary>
    public bool RefusesOne { get; init; }
}
