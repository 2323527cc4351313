using System.Globalization;

namespace Agent.Tcp.Benchmarks.Report;

/// <summary>Numbers as a reader expects them.</summary>
internal static class Figures
{
    private const double Megabyte = 1e6;

    public static double Megabytes(double bytes) => bytes / Megabyte;

    public static string InMegabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{Megabytes(bytes):0.00}");

    public static string Of(double number, string format = "0.###") => number.ToString(format, CultureInfo.InvariantCulture);
}
