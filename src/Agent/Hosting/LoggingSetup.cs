using Agent.Configuration;
using Agent.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Agent.Hosting;

/// <summary>Structured logs, one line an event, on standard error: standard output is for tables.</summary>
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
