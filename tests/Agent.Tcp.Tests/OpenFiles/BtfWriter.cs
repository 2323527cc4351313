using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Tcp.Tests.OpenFiles;

/// <summary>Writes types as the kernel does (Documentation/bpf/btf.rst).</summary>
internal sealed class BtfWriter
{
    /// <summary>Beside a kind: the offsets of its members have the sizes of bit fields in them.</summary>
    public const uint WithBitFields = 1u << 7;

    private readonly StringBuilder _names = new("\0");
    private readonly List<uint> _types = [];

    /// <summary>Adds a type. Of a structure or union, each member is its name, its type and its offset in bits.</summary>
    public BtfWriter Type(string name, uint kind, uint size, params (string Name, uint Type, uint Offset)[] members) =>
        Type(name, kind, size, members.Length, [.. members.SelectMany(one => new[] { Name(one.Name), one.Type, one.Offset })]);

    /// <summary>Adds a type with whatever follows it.</summary>
    public BtfWriter Type(string name, uint kind, uint size, int members, params uint[] more)
    {
        _types.AddRange([Name(name), ((kind & 0x1F) << 24) | (kind >> 7 << 31) | (uint)members, size, .. more]);
        return this;
    }

    public byte[] ToArray()
    {
        byte[] types = [.. MemoryMarshal.AsBytes<uint>(_types.ToArray())];
        byte[] header = [.. MemoryMarshal.AsBytes<uint>(new uint[] { 0x0001_EB9F, 24, 0, (uint)types.Length, (uint)types.Length, (uint)_names.Length })];
        return [.. header, .. types, .. Encoding.ASCII.GetBytes(_names.ToString())];
    }

    /// <summary>Where it is in the text of names; none is at 0.</summary>
    private uint Name(string name)
    {
        if (name == "")
        {
            return 0;
        }

        _names.Append(name).Append('\0');
        return (uint)(_names.Length - name.Length - 1);
    }
}
