namespace Agent.Tcp.Benchmarks.Harness;

/// <summary>
/// Runs contestants in turn: A B C, C B A, A B C, … so that a drift of the machine falls on all alike. Each runs once before
/// it is measured: those that were before it leave the caches full of theirs.
/// </summary>
internal static class Rounds
{
    public const int LeastRuns = 9;

    public static List<Series> Run(IReadOnlyList<Entry> entries, int runs)
    {
        List<(string Name, IContestant Contestant)> present =
            [.. entries.Where(entry => entry.Contestant is not null).Select(entry => (entry.Name, entry.Contestant!))];
        List<Series> series = [.. present.Select(item =>
        {
            WarmUp.Run(item.Contestant);
            return new Series(item.Name, new List<Sample>(runs), item.Contestant.CountSockets());
        })];
        for (int round = 0; round < runs; round++)
        {
            for (int turn = 0; turn < present.Count; turn++)
            {
                int index = round % 2 == 0 ? turn : present.Count - 1 - turn;
                IContestant contestant = present[index].Contestant;
                contestant.Prepare();
                ((List<Sample>)series[index].Samples).Add(contestant.Run());
            }
        }

        return series;
    }
}
