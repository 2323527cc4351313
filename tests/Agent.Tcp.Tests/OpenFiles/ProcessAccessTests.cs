using Agent.Tcp.OpenFiles;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.OpenFiles;

public sealed class ProcessAccessTests
{
    private const ulong DacOverride = 1ul << 1, DacReadSearch = 1ul << 2, SysPtrace = 1ul << 19, SysAdmin = 1ul << 21;

    [Theory]
    [InlineData(0, "Root is without CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH here, as in a container: add them.")]
    [InlineData(SysPtrace | SysAdmin, "Root is without CAP_DAC_READ_SEARCH here, as in a container: add it.")]
    [InlineData(DacOverride, "Root is without CAP_SYS_PTRACE here, as in a container: add it.")]
    [InlineData(SysPtrace | DacReadSearch, "This process has the capabilities that it needs: a security module refuses, or the others are outside of its user namespace.")]
    public void Fix_OfRoot_NamesTheCapabilitiesThatAreMissing(ulong effective, string fix) =>
        ProcessAccess.Fix(effective, isRoot: true).ShouldBe(fix);

    [Theory]
    [InlineData(false, 0ul)]
    [InlineData(false, SysPtrace)]
    [InlineData(true, null)]
    public void Fix_OfAnotherUserOrOfUnknownCapabilities_IsToRunAsRoot(bool isRoot, ulong? effective) =>
        ProcessAccess.Fix(effective, isRoot).ShouldBe("Run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.");
}
