using Agent.Export.Pipeline;
using Agent.Health;

namespace Agent.Configuration;

/// <summary>The agent's own settings, with their defaults.</summary>
internal sealed class AgentSettings
{
    /// <summary>The section <c>Tcp</c>. The agent reads all namespaces by default, the library only its own.</summary>
    public TcpInstrumentationOptions Tcp { get; } = new() { Namespaces = NamespaceScope.All, IsWholeProcess = true };

    public ExportSettings Export { get; } = new();

    public HealthSettings Health { get; } = new();

    public LoggingSettings Logging { get; } = new();
}

/// <summary>The section <c>Logging</c>; the levels are by category prefix.</summary>
internal sealed class LoggingSettings
{
    public const string DefaultCategory = "Default";

    public LogFormat Format { get; set; } = LogFormat.Text;

    public Dictionary<string, LogLevel> Levels { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        [DefaultCategory] = LogLevel.Information,
    };
}

internal enum LogFormat
{
    Text = 0,
    Json = 1,
}
