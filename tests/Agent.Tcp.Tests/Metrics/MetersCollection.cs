using Xunit;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>
/// Providers of one process listen to every meter of the name, so tests that make one run alone.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class MetersCollection
{
    public const string Name = "Meters";
}
