using System.Runtime.CompilerServices;
using Agent.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

// Tests of the program wait for it most of the time: more of them run at once than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = Concurrency.Classes)]
[assembly: TestCollectionOrderer(typeof(ProcessesLast))]

namespace Agent.Tests.Support;

/// <summary>How many classes of tests run at once. Those that must not are of <see cref="AloneCollection"/>.</summary>
internal static class Concurrency
{
    public const int Classes = 4;

    /// <summary>A receiver answers although other tests block threads of the pool.</summary>
    [ModuleInitializer]
    internal static void RaiseThreads() => ThreadPool.SetMinThreads(8 * Classes, 8 * Classes);
}

/// <summary>
/// Starts the tests of the program when the others have begun: those compute, and these have short timeouts. Among them begin
/// those of delivery, which take longest.
/// </summary>
internal sealed class ProcessesLast : ITestCollectionOrderer
{
    private static readonly string[] Last = [$".{nameof(Processes)}.{nameof(Processes.Delivery)}.", $".{nameof(Processes)}."];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(collection =>
                Array.FindIndex(Last, part => collection.TestCollectionDisplayName.Contains(part, StringComparison.Ordinal))),
        ];
}
