using Agent.Export.Spool;

namespace Agent.Tests.Export.Spool;

public sealed class SpoolFileNameTests
{
    private static readonly DateTimeOffset Created = DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_045_123);

    [Fact]
    public void TryParse_AName_IsTheInverse()
    {
        string name = SpoolFileName.Of(42, Created);

        name.ShouldBe("0000000000000000042-1767323045123.otlp");
        SpoolFileName.TryParse(name, out long sequence, out DateTimeOffset created).ShouldBeTrue();
        sequence.ShouldBe(42);
        created.ShouldBe(Created);
    }

    [Fact]
    public void Of_LaterSequences_SortLater() =>
        string.CompareOrdinal(SpoolFileName.Of(9, Created), SpoolFileName.Of(10, Created.AddDays(-1))).ShouldBeLessThan(0);

    [Theory]
    [InlineData("lock")]
    [InlineData("0000000000000000042-1767323045123.otlp.corrupt")]
    [InlineData("0000000000000000042.otlp")]
    [InlineData("-1-5.otlp")]
    [InlineData("9223372036854775807-1.otlp")]
    [InlineData("1-9223372036854775807.otlp")]
    [InlineData("99999999999999999999-1.otlp")]
    [InlineData("notes-of-mine.otlp")]
    public void TryParse_WhatIsNotOurs_IsLeftAlone(string name) => SpoolFileName.TryParse(name, out _, out _).ShouldBeFalse();
}
