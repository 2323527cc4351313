using System.Reflection;
using Agent.Configuration;
using OpenTelemetry.Resources;

namespace Agent.Hosting;

/// <summary>The resource: the agent's own attributes, then those of <see cref="ResourceVariables"/>, which win.</summary>
internal static class ResourceSetup
{
    public const string ServiceName = "tcp-agent";

    private const string MachineIdFile = "/etc/machine-id";

    public static ResourceBuilder Create(string hostName, IReadOnlyDictionary<string, string> attributes) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddAttributes(
        [
            new("service.name", ServiceName),
            new("service.version", Version()),
            new("service.instance.id", InstanceId.Of(MachineId(), hostName).ToString()),
            new("host.name", hostName),
        ])
        .AddAttributes(attributes.Select(attribute => KeyValuePair.Create<string, object>(attribute.Key, attribute.Value)));

    public static string Version() =>
        typeof(ResourceSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0.0.0";

    private static string MachineId() => RegularFile.Try(() => File.ReadAllText(MachineIdFile).Trim()) ?? "";
}

/// <summary>
/// <c>service.instance.id</c>: the same after a restart, so that a node keeps its series, and different on every node.
/// A version 5 UUID (RFC 9562 section 5.5) in the namespace that the semantic conventions reserve for it.
/// </summary>
internal static class InstanceId
{
    private const int Version5 = 0x50;
    private const int VersionByte = 6;
    private const int VariantByte = 8;

    private static readonly Guid Namespace = new("4d63009a-8d0f-11ee-aad7-4c796ed8e320");

    /// <summary>Includes the host name: machines cloned from one image share a machine ID, and containers have none.</summary>
    public static Guid Of(string machineId, string hostName) => Version5Of(Namespace, $"{machineId}/{hostName}");

    /// <summary>A version 5 UUID of any namespace and name.</summary>
    public static Guid Version5Of(Guid space, string name)
    {
        byte[] text = [.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        Span<byte> id = Sha1.Hash(text).AsSpan(0, 16);
        id[VersionByte] = (byte)((id[VersionByte] & 0x0F) | Version5);
        id[VariantByte] = (byte)((id[VariantByte] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}

/// <summary>
/// SHA-1 (RFC 3174) of a short text, for version 5 UUIDs, not for security. The platform's implementation is OpenSSL's, and
/// loading that library for one hash would cost an agent without TLS about 4 MB of resident memory.
/// </summary>
internal static class Sha1
{
    public const int HashSize = 20;

    private const int BlockSize = 64;
    private const int LengthSize = sizeof(ulong);
    private const int Rounds = 80;

    public static byte[] Hash(ReadOnlySpan<byte> text)
    {
        // The text, one bit, zeros, and the length in bits at the end of a block.
        byte[] message = new byte[(text.Length + 1 + LengthSize + BlockSize - 1) / BlockSize * BlockSize];
        text.CopyTo(message);
        message[text.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(message.Length - LengthSize), (ulong)text.Length * 8);

        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        for (int block = 0; block < message.Length; block += BlockSize)
        {
            Mix(message.AsSpan(block, BlockSize), state);
        }

        byte[] hash = new byte[HashSize];
        for (int word = 0; word < state.Length; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(word * sizeof(uint)), state[word]);
        }

        return hash;
    }

    private static void Mix(ReadOnlySpan<byte> block, Span<uint> state)
    {
        Span<uint> words = stackalloc uint[Rounds];
        for (int t = 0; t < Rounds; t++)
        {
            words[t] = t < BlockSize / sizeof(uint)
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(t * sizeof(uint))..])
                : BitOperations.RotateLeft(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
        }

        (uint a, uint b, uint c, uint d, uint e) = (state[0], state[1], state[2], state[3], state[4]);
        for (int t = 0; t < Rounds; t++)
        {
            (uint f, uint k) = t switch
            {
                < 20 => ((b & c) | (~b & d), 0x5A827999u),
                < 40 => (b ^ c ^ d, 0x6ED9EBA1u),
                < 60 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            uint next = BitOperations.RotateLeft(a, 5) + f + e + words[t] + k;
            (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, next);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
}
