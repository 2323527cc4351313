using System.Text;

namespace Agent.Hosting;

/// <summary>
/// <c>service.instance.id</c>: the same after a restart, so that a node stays one series, and different on every node.
/// A version 5 UUID (RFC 9562 section 5.5) in the namespace that the semantic conventions set aside for this.
/// </summary>
internal static class InstanceId
{
    private const int Version5 = 0x50;
    private const int VersionByte = 6;
    private const int VariantByte = 8;

    private static readonly Guid Namespace = new("4d63009a-8d0f-11ee-aad7-4c796ed8e320");

    /// <summary>Machines cloned from one image share a machine id, and containers have none: the host name goes in too.</summary>
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
