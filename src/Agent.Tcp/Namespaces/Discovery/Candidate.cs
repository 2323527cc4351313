using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>A process that could stand for its namespace.</summary>
internal readonly record struct Candidate(int Pid, ulong StartTime, NamespaceIdentity Identity)
{
    /// <summary>Who tells more stands before who tells less; then the oldest, which is the least likely to end.</summary>
    public bool IsBetterThan(in Candidate other)
    {
        if (other.Pid == 0 || Identity.Rank != other.Identity.Rank)
        {
            return other.Pid == 0 || Identity.Rank > other.Identity.Rank;
        }

        // An unknown start time (0) wraps to the youngest.
        return StartTime - 1 < other.StartTime - 1;
    }
}
