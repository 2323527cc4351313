using Agent.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Agent.Hosting;

/// <summary>Structured logs, one line per event, on standard error: standard output is for tables.</summary>
internal static class LoggingSetup
{
    public const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    public static void AddAgentConsole(this ILoggingBuilder logging, LoggingSettings settings)
    {
        foreach ((string category, LogLevel level) in settings.Levels)
        {
            bool isDefault = string.Equals(category, LoggingSettings.DefaultCategory, StringComparison.OrdinalIgnoreCase);
            logging.AddFilter(isDefault ? null : category, level);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (settings.Format == LogFormat.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = Timestamp.TrimEnd();
            });
        }
        else
        {
            logging.Services.AddSingleton<ConsoleFormatter>(new ConsoleLineFormatter(TimeProvider.System));
            logging.AddConsole(options => options.FormatterName = ConsoleLineFormatter.FormatterName);
        }
    }
}

/// <summary>
/// One line per event, as the framework's simple formatter writes it, but without the control characters that the system's
/// names and messages may contain.
/// </summary>
internal sealed class ConsoleLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString(LoggingSetup.Timestamp, CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write($"[{logEntry.EventId.Id}] ");
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        string text = logEntry.Exception is null ? message : $"{message} {logEntry.Exception}";
        textWriter.WriteLine(Printable.Of(text.ReplaceLineEndings(" ")));
    }

    /// <summary>The words of the framework's own formatters.</summary>
    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
