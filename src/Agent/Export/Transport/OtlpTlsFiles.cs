using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agent.Export.Disk;

namespace Agent.Export.Transport;

/// <summary>The certificates of the connection to the collector, loaded from PEM files.</summary>
/// <param name="Authorities">Trusted instead of the system's; null trusts the system's.</param>
/// <param name="Client">Shown to the collector (mTLS); null shows none.</param>
internal sealed record OtlpTlsFiles(X509Certificate2Collection? Authorities, X509Certificate2? Client)
{
    /// <summary>Ten times a system's whole list of authorities (about 220 KB).</summary>
    private const int MaxBytes = 1 << 21;

    private string? _authority;
    private string? _certificate;
    private string? _key;

    /// <summary>There are files that may change.</summary>
    public bool HasFiles => _authority is not null || _certificate is not null;

    /// <summary><see cref="Fingerprint"/> when they were read.</summary>
    public string LoadedFingerprint { get; private init; } = "";

    /// <summary>Reads the variables that name files, and the files.</summary>
    /// <param name="variables">Where they are, and where faults go.</param>
    /// <param name="https">The variable of the endpoint, without a value where that is not https.</param>
    public static OtlpTlsFiles Read(OtelVariables variables, OtelVariable https = default)
    {
        (string authorityName, string? authority) = variables.Exporter("CERTIFICATE");
        (string certificateName, string? certificate) = variables.Exporter("CLIENT_CERTIFICATE");
        (string keyName, string? key) = variables.Exporter("CLIENT_KEY");
        string? user = https.Value is not null ? https.Name : authority is not null ? authorityName : certificate is not null ? certificateName : null;
        if (user is not null && !OpenSsl.IsThere)
        {
            variables.Fault(user, "TLS needs OpenSSL, which cannot be loaded: install libssl.so.3 and what it needs (Debian: libssl3, Red Hat: openssl-libs), or use http:// without certificates");
            return new OtlpTlsFiles(null, null);
        }

        if (certificate is null != key is null)
        {
            string missing = certificate is null ? certificateName : keyName;
            variables.Fault(missing, "", "a file too: a client certificate and its key go together");
            return new OtlpTlsFiles(null, null);
        }

        using var disk = new DiskThread(DiskThread.AnswerLimit);
        var files = new OtlpTlsFiles(
            authority is null ? null : Load(variables, authorityName, authority, file => disk.Run(() => LoadAuthorities(file))),
            certificate is null ? null : Load(variables, certificateName, certificate, file => disk.Run(() => LoadClient(file, key!))))
        {
            _authority = authority,
            _certificate = certificate,
            _key = key,
        };
        return !files.HasFiles || disk.IsHung ? files : files with { LoadedFingerprint = disk.Run(files.Fingerprint) };
    }

    /// <summary>Loads the same files again.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    /// <exception cref="CryptographicException">One holds nothing that can be used, or key and certificate do not match.</exception>
    public OtlpTlsFiles Reload() => this with
    {
        Authorities = _authority is null ? null : LoadAuthorities(_authority),
        Client = _certificate is null ? null : LoadClient(_certificate, _key!),
    };

    /// <summary>Different when a file's content is; empty when there are no files.</summary>
    public string Fingerprint() => string.Concat(
        new[] { _authority, _certificate, _key }.OfType<string>().Select(file => RegularFile.Try(() => Hash(file)) ?? "unreadable"));

    private static T? Load<T>(OtelVariables variables, string name, string file, Func<string, T> load)
        where T : class
    {
        try
        {
            return load(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            variables.Fault(name, file, $"a readable PEM file ({exception.Message})");
            return null;
        }
    }

    private static X509Certificate2Collection LoadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Text(file));
        return authorities.Count > 0 ? authorities : throw new CryptographicException("the file holds no certificate");
    }

    private static X509Certificate2 LoadClient(string file, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Text(file), Text(key));
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException($"the key in {key} is not that of the certificate in {file}", exception);
        }
    }

    private static string Hash(string file)
    {
        using FileStream stream = Open(file);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    private static string Text(string file)
    {
        using var reader = new StreamReader(Open(file));
        return reader.ReadToEnd();
    }

    private static FileStream Open(string file)
    {
        FileStream stream = RegularFile.OpenRead(file);
        if (stream.Length <= MaxBytes)
        {
            return stream;
        }

        stream.Dispose();
        throw new IOException($"{file} is larger than {MaxBytes} bytes");
    }
}

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
