using System.Globalization;

namespace Agent.Tests.Support.Delivery;

/// <summary>What a process takes, as the kernel counts it.</summary>
/// <param name="ResidentBytes">Its memory (VmRSS).</param>
/// <param name="Descriptors">Its open files and sockets.</param>
internal readonly record struct ProcessUsage(long ResidentBytes, int Descriptors)
{
    public static ProcessUsage Of(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        string kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new ProcessUsage(
            long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024,
            Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count());
    }
}
