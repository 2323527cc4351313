using System.Buffers.Binary;
using System.Text;
using Agent.Tcp.Interop;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Interop;

public sealed class DirectoryEntriesTests
{
    [Fact]
    public void TryNext_Records_GivesNamesAndInodesInOrder()
    {
        byte[] buffer = [.. Record(7, "1"), .. Record(ulong.MaxValue, "4194304"), .. Record(9, "self")];

        Walk(buffer).ShouldBe([("1", 7UL), ("4194304", ulong.MaxValue), ("self", 9UL)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(18)]
    [InlineData(19)]
    public void TryNext_RecordThatIsCut_Ends(int length) => Walk(Record(7, "1").AsSpan(0, length)).ShouldBeEmpty();

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(ushort.MaxValue)]
    public void TryNext_LengthThatCannotBe_Ends(ushort length)
    {
        byte[] record = Record(7, "1");
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(16), length);

        Walk(record).ShouldBeEmpty();
    }

    /// <summary>struct linux_dirent64: d_ino, d_off, d_reclen, d_type, d_name; padded to 8 bytes.</summary>
    private static byte[] Record(ulong inode, string name)
    {
        byte[] record = new byte[(19 + name.Length + 1 + 7) / 8 * 8];
        BinaryPrimitives.WriteUInt64LittleEndian(record, inode);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(16), (ushort)record.Length);
        Encoding.ASCII.GetBytes(name, record.AsSpan(19));
        return record;
    }

    private static List<(string Name, ulong Inode)> Walk(ReadOnlySpan<byte> buffer)
    {
        var entries = new DirectoryEntries(buffer);
        List<(string, ulong)> found = [];
        while (entries.TryNext(out ReadOnlySpan<byte> name, out ulong inode))
        {
            found.Add((Encoding.ASCII.GetString(name), inode));
        }

        return found;
    }
}
