namespace Agent.Tcp.OpenFiles;

/// <summary>
/// The types of the running kernel, as it describes them (BTF: include/uapi/linux/btf.h, Documentation/bpf/btf.rst).
/// Types have numbers from 1 on; 0 stands for none.
/// </summary>
internal sealed class KernelTypes
{
    private const ushort Magic = 0xEB9F;

    /// <summary><c>struct btf_header</c></summary>
    private const int HeaderSize = 24;

    /// <summary><c>struct btf_type</c>: <c>name_off</c>, <c>info</c>, and <c>size</c> or <c>type</c>.</summary>
    private const int TypeSize = 12;

    private const int MemberSize = 12;
    private const int ParameterSize = 8;

    // BTF_KIND_…
    private const int Int = 1, Pointer = 2, Array = 3, Struct = 4, Union = 5, Enum = 6, Typedef = 8, Volatile = 9, Const = 10,
        Restrict = 11, Function = 12, Prototype = 13, Variable = 14, Section = 15, DeclTag = 17, TypeTag = 18, Enum64 = 19;

    /// <summary>More modifiers, pointers and unnamed structures than any type of the kernel has one in the other.</summary>
    private const int MostSteps = 32;

    private readonly byte[] _bytes;
    private readonly int _names;

    /// <summary>Where each type begins; none has number 0.</summary>
    private readonly List<int> _types = [0];

    private KernelTypes(byte[] bytes, int names)
    {
        _bytes = bytes;
        _names = names;
    }

    /// <summary>Null where it is not BTF, or has a kind of type that this version does not know.</summary>
    /// <param name="bytes">The content of <c>/sys/kernel/btf/vmlinux</c>.</param>
    public static KernelTypes? Parse(byte[] bytes)
    {
        if (bytes.Length < HeaderSize || BitConverter.ToUInt16(bytes) != Magic)
        {
            return null;
        }

        ReadOnlySpan<uint> header = MemoryMarshal.Cast<byte, uint>(bytes.AsSpan(0, HeaderSize));
        (ulong first, ulong end, ulong names) = (header[1] + (ulong)header[2], header[1] + (ulong)header[2] + header[3], header[1] + (ulong)header[4]);
        if (end > (ulong)bytes.Length || names + header[5] != (ulong)bytes.Length || bytes[^1] != 0)
        {
            return null;
        }

        var types = new KernelTypes(bytes, (int)names);
        return types.TryIndex((int)first, (int)end) ? types : null;
    }

    /// <summary>The function of a name; 0 where the kernel has none.</summary>
    public uint FunctionOf(ReadOnlySpan<byte> name)
    {
        for (int type = 1; type < _types.Count; type++)
        {
            if (Kind(_types[type]) == Function && HasName(_types[type], name))
            {
                return (uint)type;
            }
        }

        return 0;
    }

    /// <summary>The structure that a function takes a pointer to; 0 for none.</summary>
    public uint ParameterOf(uint function, int index)
    {
        int prototype = PrototypeOf(function);
        return prototype > 0 && index < Members(prototype) ? StructureOf(Word(prototype + TypeSize + (index * ParameterSize) + sizeof(uint))) : 0;
    }

    /// <summary>A member of a structure, also within unnamed ones in it.</summary>
    /// <param name="structure">The structure; 0 has none.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="type">What structure it is or points to; 0 for none.</param>
    /// <returns>Its offset in bytes; negative where there is none of the name, or its bits are no bytes.</returns>
    public int OffsetOf(uint structure, ReadOnlySpan<byte> name, out uint type) => OffsetOf(structure, name, MostSteps, out type);

    private int OffsetOf(uint structure, ReadOnlySpan<byte> name, int steps, out uint type)
    {
        type = 0;
        if (steps == 0 || Place(structure) is not (> 0 and int start) || Kind(start) is not (Struct or Union))
        {
            return -1;
        }

        bool hasBitFields = Word(start + sizeof(uint)) >> 31 != 0;
        for (int index = 0; index < Members(start); index++)
        {
            int member = start + TypeSize + (index * MemberSize);
            uint place = Word(member + 8);

            // With bit fields the upper byte is their size, 0 for other members.
            bool isWhole = (!hasBitFields || place >> 24 == 0) && place % 8 == 0;
            if (HasName(member, name))
            {
                type = StructureOf(Word(member + sizeof(uint)));
                return isWhole ? (int)(place / 8) : -1;
            }

            if (isWhole && HasName(member, default) && OffsetOf(StructureOf(Word(member + sizeof(uint))), name, steps - 1, out type) is >= 0 and int inner)
            {
                return (int)(place / 8) + inner;
            }
        }

        return -1;
    }

    private bool TryIndex(int first, int end)
    {
        int next = first;
        while (next + TypeSize <= end)
        {
            _types.Add(next);
            int members = Members(next);
            int more = Kind(next) switch
            {
                Int or Variable or DeclTag => sizeof(uint),
                Array => 12,
                Struct or Union => members * MemberSize,
                Enum or Prototype => members * ParameterSize,
                Section or Enum64 => members * 12,
                0 or > Enum64 => -1,
                _ => 0,
            };
            if (more < 0)
            {
                return false;
            }

            next += TypeSize + more;
        }

        return next == end;
    }

    private int PrototypeOf(uint function) =>
        Place(function) is > 0 and int start && Kind(start) == Function && Place(Word(start + 8)) is > 0 and int prototype && Kind(prototype) == Prototype
            ? prototype
            : 0;

    /// <summary>A type without what only modifies it, or points to it; 0 where it is no structure then.</summary>
    private uint StructureOf(uint type)
    {
        for (int step = 0; step < MostSteps && Place(type) is > 0 and int start; step++)
        {
            switch (Kind(start))
            {
                case Struct or Union:
                    return type;
                case Pointer or Typedef or Volatile or Const or Restrict or TypeTag:
                    type = Word(start + 8);
                    break;
                default:
                    return 0;
            }
        }

        return 0;
    }

    private int Place(uint type) => type < (uint)_types.Count ? _types[(int)type] : 0;

    private int Kind(int start) => (int)(Word(start + sizeof(uint)) >> 24) & 0x1F;

    private int Members(int start) => (int)(Word(start + sizeof(uint)) & 0xFFFF);

    private bool HasName(int start, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> text = _bytes.AsSpan(_names);
        uint at = Word(start);
        return at < (uint)text.Length && text[(int)at..].StartsWith(name) && text[(int)at..][name.Length] == 0;
    }

    private uint Word(int at) => BitConverter.ToUInt32(_bytes, at);
}
