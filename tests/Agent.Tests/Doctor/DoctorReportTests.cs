using System.Text.Json;
using Agent.Doctor;
using Agent.Doctor.Checks;
using Agent.Text;

namespace Agent.Tests.Doctor;

public sealed class DoctorReportTests
{
    private static readonly CheckResult[] Results =
    [
        new("a", "first", Finding.Ok("all well")),
        new("b", "the second", Finding.Failed("2 of 3 missing", new Fix("Do this.", "do that."))),
        new("c", "third", Finding.Warning("slow", new Fix("Wait."))),
        new("d", "fourth", Finding.Skipped("nothing there")),
    ];

    [Fact]
    public void Render_Plain_IsAlignedWithTheFixBelow() => DoctorReport.Text(Results, Style.Plain).ShouldBe(
        """
        ok       first       all well
        failed   the second  2 of 3 missing
                 → Do this.
                 → On Kubernetes: do that.
        warning  third       slow
                 → Wait.
        skipped  fourth      nothing there

        1 ok, 1 warning, 1 failed, 1 skipped.

        """);

    [Fact]
    public void Render_TextOfTheSystemWithControlCharacters_ShowsThem() => DoctorReport
        .Text([new("a", "first", Finding.Warning("/a\u001b[2J", new Fix("See /b\u0007.")))], Style.Plain)
        .ShouldStartWith("warning  first  /a\\x1b[2J\n         → See /b\\x07.\n");

    [Fact]
    public void Render_Coloured_ColoursEachStatusItsOwnWay()
    {
        string text = DoctorReport.Text(Results, new Style(coloured: true));

        text.ShouldContain("\u001b[32mok\u001b[0m       ");
        text.ShouldContain("\u001b[33mwarning\u001b[0m  ");
        text.ShouldContain("\u001b[1;31mfailed\u001b[0m   ");
        text.ShouldContain("\u001b[2mskipped\u001b[0m  ");
    }

    [Fact]
    public void Json_OfAFailure_HasTheContractsShapeAndIsNotOk()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            DoctorReport.WriteJson(writer, Results[..2], pid: 812);
        }

        System.Text.Encoding.UTF8.GetString(stream.ToArray()).ShouldBe(
            """{"pid":812,"checks":[{"id":"a","title":"first","status":"ok","found":"all well"},{"id":"b","title":"the second","status":"failed","found":"2 of 3 missing","fix":"Do this. On Kubernetes: do that."}],"ok":false}""");
    }

    [Fact]
    public async Task Check_ThatMayNotRead_FailsAndDoesNotThrow()
    {
        var check = new Check("a", "first", () => throw new UnauthorizedAccessException("no"));

        CheckResult result = await check.RunAsync(CancellationToken.None);

        result.Finding.Status.ShouldBe(CheckStatus.Failed);
        result.Finding.Found.ShouldBe("could not be checked: no");
        result.Finding.Fix.ShouldNotBeNull();
    }
}
