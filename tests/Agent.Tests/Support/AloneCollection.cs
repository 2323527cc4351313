namespace Agent.Tests.Processes;

/// <summary>Tests that start processes run one after the other: they share two cores with what they wait for.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessTests
{
    public const string Name = "Processes";
}
