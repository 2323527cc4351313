using System.Text;
using System.Text.RegularExpressions;
using Agent.Tests.Support;

namespace Agent.Tests.Image;

/// <summary>What the program asks of a system, read from the files of the image as tests/tools/build-image.sh lays them out.</summary>
public sealed partial class NativeProgramTests
{
    private const long MostBytes = 30_000_000;

    private static readonly EnumerationOptions WithoutLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>A later one is in the image; the symbols' versions in the file tell which is enough. When it rises, this fails.</summary>
    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public void Program_OfAPlatform_NeedsTheCLibraryThatTheDocumentationNames(string platform)
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(ImageFiles.RootOf(platform), "app", "agent")));
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "install.md"));

        Version needed = SymbolVersion().Matches(text).Select(match => Version.Parse(match.Groups["version"].Value)).Max()!;

        Version.Parse(DocumentedVersion().Match(page).Groups["version"].Value).ShouldBe(needed);
        text.ShouldNotContain("libstdc++.so");
    }

    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public void Image_OfAPlatform_IsSmall(string platform) =>
        new DirectoryInfo(ImageFiles.RootOf(platform)).EnumerateFiles("*", WithoutLinks)
            .Sum(file => file.Length).ShouldBeLessThan(MostBytes);

    /// <summary>The linker's names of symbol versions, each ended by a zero byte.</summary>
    [GeneratedRegex("GLIBC_(?<version>[0-9.]+)\0", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SymbolVersion();

    [GeneratedRegex("glibc (?<version>[0-9.]+[0-9])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DocumentedVersion();
}
