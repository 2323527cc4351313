namespace Agent.Tests.Support;

/// <summary>The lines that a process has written so far to one of its outputs. Thread-safe.</summary>
internal sealed class Lines(string name)
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public string[] All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public string Text => string.Join('\n', All);

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
        }
    }

    public string[] Containing(string part) => [.. All.Where(line => line.Contains(part, StringComparison.Ordinal))];

    public Task<string> WaitForAsync(string part) => Deadline.UntilAsync(
        () => Containing(part).FirstOrDefault(),
        () => $"No line of {name} contains \"{part}\":\n{Text}");
}
