using System.Buffers.Binary;
using System.Net;
using Agent.Tcp.Groups;

namespace Agent.Tcp.Tests.Groups;

/// <summary>Rows as a source hands them over, by their addresses as text.</summary>
internal static class Sockets
{
    public static readonly TcpNamespace Space = new("/nowhere", "1", NamespaceKind.Host, 0);

    /// <summary>An address of four parts is an AF_INET socket's, unless it stands after <c>::ffff:</c>.</summary>
    public static SocketRow Row(
        TcpState state, string local, string remote = "0.0.0.0:0", uint uid = 0, ulong inode = 1, bool isV6Only = false) => new()
        {
            Family = local.StartsWith('[') ? SocketFamily.Inet6 : SocketFamily.Inet,
            State = state,
            Local = End(local),
            Remote = End(remote),
            Uid = uid,
            Inode = inode,
            IsV6Only = isV6Only,
        };

    public static SocketGroups Group(Grouping by, params SocketRow[] rows) => Group(new GroupQuery(by), rows);

    public static SocketGroups Group(GroupQuery query, params SocketRow[] rows)
    {
        var groups = new SocketGroups(query, Space);
        groups.Begin();
        foreach (SocketRow row in rows)
        {
            groups.Add(in row);
        }

        return groups;
    }

    /// <summary>Groups as text, one each: <c>kind number address: count state…</c>.</summary>
    public static string[] Text(params SocketGroups[] spaces) => Text(new GroupReport(spaces));

    public static string[] Text(GroupReport report, int limit = int.MaxValue) =>
        [.. report.Take(limit).Select(group => $"{Name(group.Key)}: {group.Total}{States(group)}")];

    private static string Name(GroupCell key) => key.Address.High == 0 && key.Address.Low == 0
        ? $"{key.Kind} {key.Number}"
        : $"{key.Kind} {key.Number} {Address(key.Address)}";

    private static string States(SocketGroup group) => string.Concat(
        Enum.GetValues<TcpState>().Where(state => group[state] > 0).Select(state => $" {state}={group[state]}"));

    private static IPAddress Address(SocketEnd end)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, end.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), end.Low);
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static SocketEnd End(string text)
    {
        IPEndPoint end = IPEndPoint.Parse(text);
        byte[] bytes = end.Address.MapToIPv6().GetAddressBytes();
        return new SocketEnd(
            BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)), (ushort)end.Port);
    }
}
