namespace Agent.Tcp.Tests.Support;

/// <summary>The recorded files beside the tests.</summary>
internal static class Fixtures
{
    public static byte[] Bytes(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", name));

    public static string[] Lines(string name) =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "fixtures", name));
}
