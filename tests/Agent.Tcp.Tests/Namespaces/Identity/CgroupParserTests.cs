using System.Text;
using Agent.Tcp.Namespaces.Identity;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Identity;

public sealed class CgroupParserTests
{
    /// <summary>A seed, so that a failure can be had again.</summary>
    private const int Seed = 20261123;

    public static TheoryData<string> Names => [.. CgroupCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parse_RealCgroup_GivesItsOwner(string name)
    {
        CgroupCase example = CgroupCases.All[name];

        CgroupOwner owner = CgroupParser.Parse(Encoding.ASCII.GetBytes(example.Text));

        (owner.PodUid, owner.ContainerId).ShouldBe((example.PodUid, example.ContainerId));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Identity_RealCgroup_GivesTheKindAndOnlyThePodsUidForPods(string name)
    {
        CgroupCase example = CgroupCases.All[name];

        NamespaceIdentity identity = CgroupParser.Parse(Encoding.ASCII.GetBytes(example.Text)).Identity;

        NamespaceIdentity expected = example switch
        {
            { PodUid: not null } => new(NamespaceKind.Pod, PodUid: example.PodUid),
            { ContainerId: not null } => new(NamespaceKind.Container, ContainerId: example.ContainerId),
            _ => NamespaceIdentity.Other,
        };
        identity.ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parse_WithoutTheLastLineBreak_GivesTheSame(string name)
    {
        string text = CgroupCases.All[name].Text;

        CgroupParser.Parse(Encoding.ASCII.GetBytes(text.TrimEnd('\n')))
            .ShouldBe(CgroupParser.Parse(Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parse_CutAnywhere_GivesItsOwnerOrLess(string name)
    {
        CgroupCase example = CgroupCases.All[name];
        byte[] text = Encoding.ASCII.GetBytes(example.Text);

        for (int length = 0; length <= text.Length; length++)
        {
            CgroupOwner owner = CgroupParser.Parse(text.AsSpan(0, length));

            // A cut may hide the inner pod or container and leave the outer one; it must not make one up.
            AssertIsIn(owner.PodUid, example.Text);
            AssertIsIn(owner.ContainerId, example.Text);
        }
    }

    [Fact]
    public void Parse_Garbage_NeverThrowsAndMakesNothingUp()
    {
        var random = new Random(Seed);
        byte[][] texts = [.. CgroupCases.All.Values.Select(one => Encoding.ASCII.GetBytes(one.Text))];
        ReadOnlySpan<byte> alphabet = "0123456789abcdef:/.-_\n\0podslicedocker"u8;
        for (int round = 0; round < 50_000; round++)
        {
            byte[] text = (byte[])texts[random.Next(texts.Length)].Clone();
            for (int change = random.Next(1, 12); change > 0 && text.Length > 0; change--)
            {
                text[random.Next(text.Length)] = random.Next(3) == 0
                    ? (byte)random.Next(256)
                    : alphabet[random.Next(alphabet.Length)];
            }

            CgroupOwner owner = CgroupParser.Parse(text);

            AssertIsIn(owner.PodUid, Encoding.Latin1.GetString(text), $"round {round} of seed {Seed}");
            AssertIsIn(owner.ContainerId, Encoding.Latin1.GetString(text), $"round {round} of seed {Seed}");
            if (owner.ContainerId is { } id)
            {
                id.Length.ShouldBe(64);
            }
        }
    }

    private static void AssertIsIn(string? found, string text, string? where = null)
    {
        if (found is not null)
        {
            text.Replace('_', '-').ShouldContain(found.Replace('_', '-'), Case.Sensitive, where);
        }
    }
}
