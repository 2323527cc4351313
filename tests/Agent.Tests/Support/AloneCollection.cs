namespace Agent.Tests.Support;

/// <summary>
/// Tests that others beside them would disturb, because they look at the whole machine, measure, or depend on short timeouts. They
/// run one after the other when all others have ended.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
