using Agent.Export.Protobuf;
using Agent.Tests.Support.Otlp;
using FsCheck;
using FsCheck.Fluent;

namespace Agent.Tests.Export.Protobuf;

public sealed class ProtobufReaderTests
{
    [Fact]
    public void Next_EachKindOfField_IsRead()
    {
        // Field 1 varint 300, field 2 fixed32 7, field 3 fixed64 9, field 4 "ab", field 2000 varint max.
        byte[] message =
        [
            0x08, 0xAC, 0x02, 0x15, 7, 0, 0, 0, 0x19, 9, 0, 0, 0, 0, 0, 0, 0, 0x22, 2, (byte)'a', (byte)'b',
            0x80, 0x7D, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01,
        ];
        var reader = new ProtobufReader(message);
        var seen = new List<(int, ulong, int, bool)>();
        while (reader.Next())
        {
            seen.Add((reader.Field, reader.Number, reader.Bytes.Length, reader.HasBytes));
        }

        reader.IsBroken.ShouldBeFalse();
        seen.ShouldBe([(1, 300, 0, false), (2, 7, 0, false), (3, 9, 0, false), (4, 0, 2, true), (2000, ulong.MaxValue, 0, false)]);
    }

    [Fact]
    public void Next_AnyBytes_EndsWithoutThrowing() => Prop.ForAll<byte[]>(bytes =>
    {
        var reader = new ProtobufReader(bytes);
        int fields = 0;
        while (reader.Next())
        {
            fields++;
        }

        return fields <= bytes.Length;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(731)]
    public void Count_AnExport_CountsItsPoints(int points) => DataPoints.Count(Messages.Export(points)).ShouldBe(points);

    [Fact]
    public void Count_ATornExport_CountsNoMoreThanThereAre()
    {
        byte[] message = Messages.Export(50);
        for (int length = 0; length < message.Length; length++)
        {
            DataPoints.Count(message.AsSpan(0, length)).ShouldBeLessThanOrEqualTo(50);
        }
    }
}
