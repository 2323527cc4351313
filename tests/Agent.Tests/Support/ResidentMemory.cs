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
        times, text = int(sys.argv[1]), sys.argv[2].encode()
        child = subprocess.Popen(sys.argv[3:], stdout=subprocess.PIPE if times else subprocess.DEVNULL)
        while times:
            line = child.stdout.readline()
            if not line:
                sys.exit("it ended by itself")
            times -= line.startswith(text)
            if not times:
                child.kill()
        _, status, usage = os.wait4(child.pid, 0)
        print(usage.ru_maxrss * 1024)
        sys.exit(0 if status == 9 else os.waitstatus_to_exitcode(status))
        """;

    /// <summary>The most that was resident, in bytes.</summary>
    public static Task<long> PeakAsync(string[] arguments) => PeakAsync(arguments, "", 0);

    /// <summary>The same of one that does not end, until it has printed so many lines that start with a text.</summary>
    public static async Task<long> PeakAsync(string[] arguments, string text, int times)
    {
        Assert.SkipUnless(File.Exists(Python), $"{Python} is not there to ask for a child's memory.");
        await using TestProcess process = TestProcess.Start(
            Python, ["-c", Script, times.ToString(CultureInfo.InvariantCulture), text, AgentProgram.File, .. arguments], AgentProgram.Environment([]));
        (await process.WaitForExitAsync()).ShouldBe(0, process.Error.Text);
        return long.Parse(process.Output.All.ShouldHaveSingleItem(), CultureInfo.InvariantCulture);
    }
}
