using Agent.Configuration;
using Agent.Tests.Support;

namespace Agent.Tests.Configuration;

public sealed class SettingValuesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _faults = [];

    [Fact]
    public void FromEnvironment_TakesTheAgentsSectionsOnly()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Tcp__ProcRoot"] = "/p",
            ["LOGGING__LOGLEVEL__DEFAULT"] = "Debug",
            ["Tcp"] = "x",
            ["Tcpdump__Path"] = "x",
            ["PATH"] = "/bin",
        };

        SettingValues.FromEnvironment(environment).ShouldBe(
        [
            new SettingValue("LOGGING:LOGLEVEL:DEFAULT", "Debug", "variable LOGGING__LOGLEVEL__DEFAULT") { Separator = "__" },
            new SettingValue("Tcp:ProcRoot", "/p", "variable Tcp__ProcRoot") { Separator = "__" },
        ]);
    }

    [Fact]
    public void FromFile_CommentsAndTrailingCommas_AreAllowed()
    {
        string file = _folder.Write("a.json", """
            {
              // where the node's procfs is
              "Tcp": { "ProcRoot": "/p", "ReadTimeout": 5, },
            }
            """);

        SettingValues.FromFile(file, _faults).ShouldBe(
        [
            new SettingValue("Tcp:ProcRoot", "/p", $"{file}: Tcp:ProcRoot"),
            new SettingValue("Tcp:ReadTimeout", "5", $"{file}: Tcp:ReadTimeout"),
        ]);
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void FromFile_NameThatBeginsWithADot_IsReadLikeAnyOther() =>
        SettingValues.FromFile(_folder.Write(".a.json", """{"Tcp":{"ProcRoot":"/p"}}"""), _faults).ShouldHaveSingleItem();

    [Theory]
    [InlineData("{\n\"Tcp\": {\n\"A\" 1 } }", ", line 3, column 5: not valid JSON: ")]
    [InlineData("", ", line 1, column 1: not valid JSON: ")]
    [InlineData("[1]", ": ")]
    [InlineData("{\"Tcp\":{\"A\":1,\"A\":2}}", ": ")]
    public void FromFile_NotAnObjectOfSettings_IsOneFaultThatNamesTheFile(string content, string begin)
    {
        string file = _folder.Write("a.json", content);

        SettingValues.FromFile(file, _faults).ShouldBeEmpty();

        string fault = _faults.ShouldHaveSingleItem();
        fault.ShouldStartWith(file + begin);
        fault.ShouldNotContain("LineNumber");
    }

    /// <summary>A section that is misspelled would otherwise pass until something is in it.</summary>
    [Theory]
    [InlineData("""{"Exprot":{}}""")]
    [InlineData("""{"Exprot":null}""")]
    public void FromFile_UnknownSectionWithNothingInIt_IsAValueOfNoSetting(string content)
    {
        string file = _folder.Write("a.json", content);

        SettingValues.FromFile(file, _faults).ShouldBe([new SettingValue("Exprot", "", $"{file}: Exprot")]);
    }

    [Theory]
    [InlineData("""{"Export":{}}""")]
    [InlineData("""{"Export":{"Spool":{}},"Tcp":{"ProcRoot":null},"Logging":{"LogLevel":{}}}""")]
    public void FromFile_KnownSectionWithNothingInIt_SetsNothing(string content)
    {
        SettingValues.FromFile(_folder.Write("a.json", content), _faults).ShouldBeEmpty();

        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void FromFile_ThatNeverEnds_IsAFault()
    {
        SettingValues.FromFile("/dev/zero", _faults).ShouldBeEmpty();

        _faults.ShouldBe(["/dev/zero: is larger than 1048576 bytes, which no configuration is"]);
    }

    /// <summary>As of <c>--config &lt;(…)</c>.</summary>
    [Fact]
    public async Task FromFile_Pipe_IsReadToItsEnd()
    {
        string pipe = _folder.File("pipe");
        NamedPipe.Create(pipe);
        Task writing = Task.Run(() => File.WriteAllText(pipe, """{"Tcp":{"ProcRoot":"/p"}}"""), TestContext.Current.CancellationToken);

        SettingValues.FromFile(pipe, _faults).ShouldHaveSingleItem().Value.ShouldBe("/p");
        await writing;
    }

    [Fact]
    public void FromFile_PipeThatNobodyWritesTo_IsNotWaitedForLonger()
    {
        string pipe = _folder.File("pipe");
        NamedPipe.Create(pipe);

        SettingValues.FromFile(pipe, _faults).ShouldBeEmpty();

        _faults.ShouldBe([$"{pipe}: it did not answer within 3 s"]);
    }

    [Fact]
    public void FromFile_Missing_IsAFault()
    {
        SettingValues.FromFile(_folder.File("none"), _faults).ShouldBeEmpty();

        _faults.ShouldBe([$"{_folder.File("none")}: there is no such configuration file."]);
    }

    [Fact]
    public void FromFile_Directory_SaysThatItIsOne()
    {
        string directory = Directory.CreateDirectory(_folder.File("conf.d")).FullName;

        SettingValues.FromFile(directory, _faults).ShouldBeEmpty();

        _faults.ShouldBe([$"{directory}: is a directory, not a configuration file. Name a file in it."]);
    }

    public void Dispose() => _folder.Dispose();
}
