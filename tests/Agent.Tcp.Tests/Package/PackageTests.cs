using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Package;

/// <summary>What is in the package, and in that of its symbols.</summary>
[Collection(PackageCollection.Name)]
public class PackageTests(PackedSamples packed)
{
    /// <summary>Portable PDB specification, "Source Link".</summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    [Fact]
    public void Package_OfThisCheckout_SaysWhatUsersLookFor()
    {
        using ZipArchive package = Open("nupkg");
        XElement metadata = XDocument.Load(package.GetEntry("Agent.Tcp.nuspec")!.Open()).Root!.Elements().Single();
        XNamespace spec = metadata.Name.Namespace;

        ((string)metadata.Element(spec + "license")!).ShouldBe("Apache-2.0");
        ((string)metadata.Element(spec + "readme")!).ShouldBe("README.md");
        ((string)metadata.Element(spec + "icon")!).ShouldBe("icon.png");
        ((string)metadata.Element(spec + "description")!).ShouldContain("TCP sockets");
        XElement repository = metadata.Element(spec + "repository")!;
        ((string)repository.Attribute("url")!).ShouldStartWith(PackedSamples.RepositoryUrl);
        ((string)repository.Attribute("commit")!).ShouldBe(packed.Commit);
        metadata.Descendants(spec + "dependency").Select(dependency => (string)dependency.Attribute("id")!).ShouldBe(
            ["Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "OpenTelemetry.Api.ProviderBuilderExtensions"],
            ignoreOrder: true);
        package.GetEntry("lib/net10.0/Agent.Tcp.dll").ShouldNotBeNull();
        TextOf(package, "lib/net10.0/Agent.Tcp.xml").ShouldContain("M:OpenTelemetry.Metrics.TcpMeterProviderBuilderExtensions.AddTcpInstrumentation");
        TextOf(package, "README.md").ShouldContain(".AddTcpInstrumentation()");
    }

    [Fact]
    public void Symbols_OfThePackage_LeadToTheSourceOfItsCommit()
    {
        using ZipArchive symbols = Open("snupkg");
        using var pdb = new MemoryStream();
        using (Stream entry = symbols.GetEntry("lib/net10.0/Agent.Tcp.pdb")!.Open())
        {
            entry.CopyTo(pdb);
        }

        pdb.Position = 0;
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(pdb);
        MetadataReader reader = provider.GetMetadataReader();
        string link = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Where(information => reader.GetGuid(information.Kind) == SourceLink)
            .Select(information => Encoding.UTF8.GetString(reader.GetBlobBytes(information.Value)))
            .ShouldHaveSingleItem();

        link.ShouldContain($"https://raw.githubusercontent.com/example/tcp-agent/{packed.Commit}/");

        // Where the checkout was is not in it: a build elsewhere is the same.
        reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)).ShouldAllBe(name => name.StartsWith("/_/"));
    }

    private ZipArchive Open(string extension) => ZipFile.OpenRead(Directory.GetFiles(packed.Packages, $"*.{extension}").Single());

    private static string TextOf(ZipArchive package, string entry)
    {
        using var reader = new StreamReader(package.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }
}

/// <summary>The package and the samples are made once.</summary>
[CollectionDefinition(Name)]
public sealed class PackageCollection : ICollectionFixture<PackedSamples>
{
    public const string Name = "Package";
}
