namespace Agent.Configuration;

/// <summary>Finds the key that a mistyped one was meant to be.</summary>
internal static class Spelling
{
    /// <summary>The nearest candidate by edit distance, if at most a third of the key differs.</summary>
    public static string? Nearest(string key, IEnumerable<string> candidates)
    {
        (string Candidate, int Distance) best = candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(key, candidate)))
            .MinBy(pair => pair.Distance);
        return best.Candidate is not null && best.Distance <= key.Length / 3 ? best.Candidate : null;
    }

    /// <summary>The Levenshtein distance, ignoring case.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 0; i < left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int substituted = diagonal + (char.ToUpperInvariant(left[i]) == char.ToUpperInvariant(right[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substituted, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}
