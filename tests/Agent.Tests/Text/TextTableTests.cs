using Agent.Text;

namespace Agent.Tests.Text;

public sealed class TextTableTests
{
    [Fact]
    public void Render_TextAndNumbers_AreAlignedLeftAndRight()
    {
        var table = new TextTable("NAME", "N", "NOTE");
        table.Row("a", 5L, "x");
        table.Row("longer", 12345, "");

        table.Render(Style.Plain).ShouldBe(
            "NAME        N  NOTE\n"
            + "a           5  x\n"
            + "longer  12345\n");
    }

    [Fact]
    public void Render_Coloured_HeadingIsBoldAndZeroRowsFaint()
    {
        var table = new TextTable("NAME", "N");
        table.Row("some", 1L);
        table.Row("none", 0L);

        table.Render(new Style(coloured: true)).ShouldBe(
            "\u001b[1mNAME  N\u001b[0m\n"
            + "some  1\n"
            + "\u001b[2mnone  0\u001b[0m\n");
    }

    [Fact]
    public void Render_NoRows_IsTheHeading() => new TextTable("A", "B").Render(Style.Plain).ShouldBe("A  B\n");
}
