using System.Globalization;

namespace Agent.Tests.Support;

/// <summary>What a command held of memory, as the kernel accounts for a child that has ended.</summary>
internal static class ResidentMemory
{
    /// <summary>Buffers, the first garbage and the compiler's work: what a larger input may add once.</summary>
    public const long Noise = 12_000_000;

    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import os, subprocess, sys
        child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        print(usage.ru_maxrss * 1024)
        sys.exit(os.waitstatus_to_exitcode(status))
        """;

    /// <summary>The most that was resident, in bytes.</summary>
    public static async Task<long> PeakAsync(string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Python), $"{Python} is not there to ask for a child's memory.");
        await using TestProcess process = TestProcess.Start(
            Python, ["-c", Script, AgentProgram.File, .. arguments], AgentProgram.Environment([]));
        (await process.WaitForExitAsync()).ShouldBe(0, process.Error.Text);
        return long.Parse(process.Output.All.ShouldHaveSingleItem(), CultureInfo.InvariantCulture);
    }
}
