namespace Agent.Export.Transport;

/// <summary>
/// The library that TLS needs. The platform loads it when it is first used, and ends the process where it cannot (SIGABRT), so
/// it is looked for before.
/// </summary>
internal static class OpenSsl
{
    /// <summary>Sets the suffix of the file to load, for the platform as well.</summary>
    private const string VersionVariable = "CLR_OPENSSL_VERSION_OVERRIDE";

    private const string Needed = "OPENSSL_init_ssl";

    /// <summary>Whether it can be loaded. A library that it needs itself (libcrypto, libzstd) may be what is missing.</summary>
    public static bool IsThere { get; } = Names().Any(name => NativeLibrary.TryLoad(name, out nint library) && NativeLibrary.TryGetExport(library, Needed, out _));

    private static IEnumerable<string> Names()
    {
        if (Environment.GetEnvironmentVariable(VersionVariable) is { Length: > 0 } version)
        {
            yield return $"libssl.so.{version}";
        }

        yield return "libssl.so.3";
        yield return "libssl.so.1.1";
    }
}
