using System.Text;
using Agent.Tcp.OpenFiles;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.OpenFiles;

/// <summary>Over types as the kernel writes them.</summary>
public sealed class KernelTypesTests
{
    /// <summary>1: u32; 2: pointer to 3; 3: inode; 4: an unnamed union; 5: file; 6: pointer to const file; 7: const file; 8, 9: f.</summary>
    private static byte[] Written => new BtfWriter()
        .Type("u32", kind: 1, size: 4, members: 0, 32)
        .Type("", kind: 2, size: 3)
        .Type("inode", kind: 4, size: 8, ("i_ino", 1, 32))
        .Type("", kind: 5, size: 8, ("f_inode", 2, 64))
        .Type("file", kind: 4 | BtfWriter.WithBitFields, size: 32, ("flags", 1, (3u << 24) | 8), ("mode", 1, 32), ("", 4, 128))
        .Type("", kind: 2, size: 7)
        .Type("", kind: 10, size: 5)
        .Type("", kind: 13, size: 2, members: 2, 0, 1, 0, 6)
        .Type("f", kind: 12, size: 8)
        .ToArray();

    [Fact]
    public void Types_OfAFunction_AreFoundByItsPrototype()
    {
        KernelTypes types = KernelTypes.Parse(Written).ShouldNotBeNull();

        uint function = types.FunctionOf("f"u8);

        function.ShouldBe(9u);
        types.ParameterOf(function, 1).ShouldBe(5u);
        types.ParameterOf(function, 0).ShouldBe(0u, "a number is no structure");
        types.ParameterOf(function, 2).ShouldBe(0u);
        types.FunctionOf("file"u8).ShouldBe(0u, "a structure is no function");
        types.FunctionOf("ff"u8).ShouldBe(0u);
        types.ParameterOf(0, 0).ShouldBe(0u);
    }

    [Fact]
    public void OffsetOf_AMember_IsInBytesAlsoWithinAnUnnamedUnion()
    {
        KernelTypes types = KernelTypes.Parse(Written).ShouldNotBeNull();

        types.OffsetOf(5, "mode"u8, out _).ShouldBe(4);
        types.OffsetOf(5, "f_inode"u8, out uint inode).ShouldBe(24);
        inode.ShouldBe(3u);
        types.OffsetOf(inode, "i_ino"u8, out uint none).ShouldBe(4);
        none.ShouldBe(0u);
    }

    [Theory]
    [InlineData(5, "flags")]
    [InlineData(5, "f_ino")]
    [InlineData(1, "u32")]
    [InlineData(0, "mode")]
    [InlineData(99, "mode")]
    public void OffsetOf_BitsOrWhatThereIsNot_IsNegative(uint structure, string name) =>
        KernelTypes.Parse(Written).ShouldNotBeNull().OffsetOf(structure, Encoding.ASCII.GetBytes(name), out _).ShouldBeLessThan(0);

    [Fact]
    public void Parse_TornText_IsNull()
    {
        byte[] whole = Written;
        for (int length = 0; length < whole.Length; length++)
        {
            KernelTypes.Parse(whole[..length]).ShouldBeNull($"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void Parse_AKindOfALaterVersion_IsNull() =>
        KernelTypes.Parse(new BtfWriter().Type("new", kind: 20, size: 4).ToArray()).ShouldBeNull();

    /// <summary>Whatever it says then: a structure within itself, names beyond the text.</summary>
    [Fact]
    public void Types_OfAnyDamage_NeverThrow()
    {
        byte[] whole = Written;
        for (int at = 0; at < whole.Length; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] damaged = [.. whole];
                damaged[at] = (byte)value;
                if (KernelTypes.Parse(damaged) is { } types)
                {
                    types.OffsetOf(types.ParameterOf(types.FunctionOf("f"u8), 1), "no such"u8, out _).ShouldBeLessThan(0);
                    SocketFileProgram.For(types).ShouldBeNull();
                }
            }
        }
    }
}
