using System.Globalization;

namespace Agent.Tests.Support.Delivery;

/// <summary>
/// The figures of a run, printed with the test's output. AGENT_TEST_RESULTS names a folder that they are also written
/// to, a file for each test: that is how tests/Agent.Tests/results was made.
/// </summary>
internal sealed class DeliveryReport(string name)
{
    private const string FolderVariable = "AGENT_TEST_RESULTS";

    private readonly List<(string Figure, string Value)> _figures = [];

    public DeliveryReport Add(string figure, string value)
    {
        _figures.Add((figure, value));
        return this;
    }

    public DeliveryReport Add(string figure, long value) => Add(figure, value.ToString("N0", CultureInfo.InvariantCulture));

    public DeliveryReport Add(string figure, TimeSpan value) =>
        Add(figure, string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0} s"));

    /// <summary>Prints the figures, and writes them where the variable says.</summary>
    public void Publish()
    {
        string table = string.Concat(_figures.Select(row => $"| {row.Figure} | {row.Value} |\n"));
        string text = $"# {name}\n\n| figure | value |\n|---|---:|\n{table}";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name.ToLowerInvariant().Replace(' ', '-').Replace('/', '-') + ".md"), text);
        }
    }
}
