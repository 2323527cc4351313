using System.Text;
using Agent.Tcp.Namespaces.Discovery;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

public sealed class ProcStatTests
{
    private const string Fields = "S 1 4242 4242 0 -1 4194560 1204 0 0 0 1 2 0 0 20 0 1 0 81234 3133440 465 18446744073709551615";

    [Theory]
    [InlineData("sleep")]
    [InlineData("a b")]
    [InlineData(") S 1 2 3")]
    [InlineData("(((")]
    [InlineData("x) R 9 (y")]
    [InlineData("")]
    [InlineData("line\nbreak")]
    public void TryStartTime_WhateverTheName_GivesField22(string name)
    {
        ProcStat.TryStartTime(Encoding.Latin1.GetBytes($"4242 ({name}) {Fields}\n"), out ulong ticks).ShouldBeTrue();

        ticks.ShouldBe(81234UL);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4242 (sleep")]
    [InlineData("4242 (sleep)")]
    [InlineData("4242 (sleep) S 1 4242 4242 0 -1 4194560 1204 0 0 0 1 2 0 0 20 0 1 0")]
    [InlineData("4242 (sleep) S 1 4242 4242 0 -1 4194560 1204 0 0 0 1 2 0 0 20 0 1 0 soon")]
    public void TryStartTime_NoSuchField_IsFalse(string text) =>
        ProcStat.TryStartTime(Encoding.Latin1.GetBytes(text), out _).ShouldBeFalse();
}
