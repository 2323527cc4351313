using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Agent.Tcp;

/// <summary>
/// A plugin of OpenTelemetry's .NET automatic instrumentation: adds the TCP metrics to a program without changing its code.
/// </summary>
/// <remarks>
/// <para>
/// <c>OTEL_DOTNET_AUTO_PLUGINS="Agent.Tcp.TcpAutoInstrumentationPlugin, Agent.Tcp"</c>, with <c>Agent.Tcp.dll</c> where the
/// runtime finds it. The automatic instrumentation creates it and calls the method by its name; its versions that ask for
/// their interface <c>IPlugin</c> do not.
/// </para>
/// <para>
/// Each property of <see cref="TcpInstrumentationOptions"/> is read from the variable <c>Tcp__</c> and its name, such as
/// <c>Tcp__Namespaces=All</c> or <c>Tcp__Metrics__Queues=false</c>; a time is <c>hh:mm:ss</c>. A fault turns the TCP metrics off,
/// with one line on standard error, and leaves the program and its other metrics alone.
/// </para>
/// </remarks>
public sealed class TcpAutoInstrumentationPlugin
{
    private const string Prefix = "Tcp__";

    /// <summary>Called before the automatic instrumentation configures the meter provider.</summary>
    /// <param name="builder">The provider's builder.</param>
    /// <returns>The builder.</returns>
#pragma warning disable CA1822 // The contract asks for a method of an instance.
    public MeterProviderBuilder BeforeConfigureMeterProvider(MeterProviderBuilder builder)
#pragma warning restore CA1822
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new TcpInstrumentationOptions();
        string[] faults = [.. Read(options, Prefix), .. Read(options.Metrics, $"{Prefix}{nameof(TcpInstrumentationOptions.Metrics)}__")];
        try
        {
            if (faults.Length == 0)
            {
                return builder.AddTcpInstrumentation(options);
            }
        }
        catch (OptionsValidationException exception)
        {
            faults = [.. exception.Failures];
        }

        Console.Error.WriteLine($"Agent.Tcp: no TCP metrics are reported. {string.Join(' ', faults)}");
        return builder;
    }

    /// <summary>Sets the options whose variables are set. Returns what is wrong with those that hold no value of the option's type.</summary>
    private static IEnumerable<string> Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T options, string prefix)
    {
        foreach (PropertyInfo option in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            // An empty variable is one that is not set (OpenTelemetry's specification).
            string variable = prefix + option.Name;
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text)
            {
                (object? value, string expected) = Parse(Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType, text);
                if (value is null)
                {
                    yield return $"{variable} must be {expected}, not \"{Printable.Of(text)}\".";
                }
                else
                {
                    option.SetValue(options, value);
                }
            }
        }
    }

    private static (object? Value, string Expected) Parse(Type type, string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return type switch
        {
            _ when type == typeof(string) => (text, ""),
            _ when type == typeof(bool) => (bool.TryParse(text, out bool flag) ? flag : null, "true or false"),
            _ when type == typeof(int) => (int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int number) ? number : null, "a whole number"),
            _ when type == typeof(double) => (double.TryParse(text, NumberStyles.Float, culture, out double number) ? number : null, "a number"),
            _ when type == typeof(TimeSpan) => (TimeSpan.TryParseExact(text, "c", culture, out TimeSpan time) ? time : null, "a time such as 00:00:10"),
            _ => (
                Array.Find(Enum.GetNames(type), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } choice ? Enum.Parse(type, choice) : null,
                string.Join(", ", Enum.GetNames(type))),
        };
    }
}
