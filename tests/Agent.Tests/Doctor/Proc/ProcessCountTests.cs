using Agent.Doctor.Proc;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor.Proc;

public sealed class ProcessCountTests
{
    [Fact]
    public void Of_ThisMachinesProc_IsAtLeastWhatIsListed()
    {
        // The kernel counts processes of other PID namespaces too, and others begin and end meanwhile.
        int listed = Directory.EnumerateDirectories("/proc").Count(path => Path.GetFileName(path).All(char.IsAsciiDigit));

        long count = ProcessCount.Of("/proc").ShouldNotBeNull();

        count.ShouldBeGreaterThan(listed / 2);
    }

    [Fact]
    public void Of_NoProc_IsNull()
    {
        using var folder = new TemporaryFolder();

        ProcessCount.Of(folder.Path).ShouldBeNull();
        ProcessCount.Of(folder.File("nowhere")).ShouldBeNull();
    }
}
