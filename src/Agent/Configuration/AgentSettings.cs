using Agent.Export.Pipeline;
using Agent.Health;

namespace Agent.Configuration;

/// <summary>The agent's own settings, with their defaults.</summary>
internal sealed class AgentSettings
{
    /// <summary>The section <c>Tcp</c>. The agent reads all namespaces by default, the library only its own.</summary>
    public TcpInstrumentationOptions Tcp { get; } = new() { Namespaces = NamespaceScope.All, IsWholeProcess = true };

    /// <summary>The section <c>Export</c>.</summary>
    public ExportSettings Export { get; } = new();

    /// <summary>The section <c>Health</c>.</summary>
    public HealthSettings Health { get; } = new();

    /// <summary>The section <c>Logging</c>.</summary>
    public LoggingSettings Logging { get; } = new();
}

/// <summary>The section <c>Logging</c>.</summary>
internal sealed class LoggingSettings
{
    public const string DefaultCategory = "Default";

    /// <summary>One line per event, as text or as a JSON object.</summary>
    public LogFormat Format { get; set; } = LogFormat.Text;

    /// <summary>The lowest level logged, by category prefix; <c>Default</c> stands for all others.</summary>
    public Dictionary<string, LogLevel> Levels { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        [DefaultCategory] = LogLevel.Information,
    };
}

/// <summary>The format of log lines.</summary>
internal enum LogFormat
{
    Text = 0,
    Json = 1,
}
