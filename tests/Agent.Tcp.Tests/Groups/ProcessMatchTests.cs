using Agent.Tcp.Groups;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Groups.Sockets;

namespace Agent.Tcp.Tests.Groups;

/// <summary>Over a proc root of files and links, as the kernel has them.</summary>
public sealed class ProcessMatchTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("agent-match-");

    [Fact]
    public void Run_SocketsOfProcesses_AreTheirs()
    {
        Process(20, "nginx", "socket:[100]", "socket:[101]", "/dev/null", "pipe:[102]", "socket:[9]");
        Process(30, "curl", "anon_inode:[eventpoll]", "socket:[103]");
        SocketGroups groups = Group(
            Grouping.Process, Of(100), Of(101, TcpState.CloseWait), Of(102), Of(103), Of(0, TcpState.TimeWait), Of(104, uid: 7));

        ProcessMatch match = Match(groups).ShouldSucceed();

        Text(groups).ShouldBe(
        [
            "Process 20: 2 Established=1 CloseWait=1",
            "Process 30: 1 Established=1",
            "Kernel 0: 1 TimeWait=1",
            "Unknown 0: 1 Established=1",
            "Unknown 7: 1 Established=1",
        ], ignoreOrder: true);
        match.Command(20).ShouldBe("nginx");
        match.Command(30).ShouldBe("curl");
    }

    [Fact]
    public void Run_ASocketOfSeveralProcesses_CountsOnceForTheLowestPid()
    {
        // By number, not by text, and not in the order that the directory lists them.
        Process(1000, "worker", "socket:[100]");
        Process(999, "parent", "socket:[100]", "socket:[100]");
        Process(9999, "worker", "socket:[100]", "socket:[101]");
        SocketGroups groups = Group(Grouping.Process, Of(100), Of(101));

        Match(groups).ShouldSucceed();

        Text(groups).ShouldBe(["Process 999: 1 Established=1", "Process 9999: 1 Established=1"]);
    }

    [Fact]
    public void Run_SeveralNamespaces_KeepsTheirSocketsApart()
    {
        Process(20, "proxy", "socket:[100]", "socket:[200]");
        var query = new GroupQuery(Grouping.Process);
        SocketGroups one = Group(query, Of(100));
        SocketGroups other = Group(query, Of(200), Of(201));

        Match(one, other).ShouldSucceed();

        Text(one).ShouldBe(["Process 20: 1 Established=1"]);
        Text(other).ShouldBe(["Process 20: 1 Established=1", "Unknown 0: 1 Established=1"], ignoreOrder: true);
    }

    [Fact]
    public void Run_AProcessThatEnds_LeavesItsSocketsWithNone()
    {
        // Its directory is there, its files are gone; another's name is.
        Directory.CreateDirectory(Path.Combine(_root.FullName, "20"));
        Process(21, "ended", "socket:[101]");
        File.Delete(Path.Combine(_root.FullName, "21", "comm"));
        SocketGroups groups = Group(Grouping.Process, Of(100), Of(101));

        ProcessMatch match = Match(groups).ShouldSucceed();

        Text(groups).ShouldBe(["Process 21: 1 Established=1", "Unknown 0: 1 Established=1"], ignoreOrder: true);
        match.Command(21).ShouldBeNull();
    }

    [Fact]
    public void Run_Again_CountsNothingTwice()
    {
        Process(20, "nginx", "socket:[100]");
        SocketGroups groups = Group(Grouping.Process, Of(100), Of(101));
        var match = new ProcessMatch(_root.FullName);

        for (int run = 0; run < 3; run++)
        {
            match.Run([groups], static () => false).ShouldBeNull();

            Text(groups).ShouldBe(["Process 20: 1 Established=1", "Unknown 0: 1 Established=1"], ignoreOrder: true);
        }
    }

    [Fact]
    public void Run_TwoRowsWithOneInode_CountsBoth()
    {
        Process(20, "nginx", "socket:[100]");
        SocketGroups groups = Group(Grouping.Process, Of(100), Of(100, TcpState.CloseWait), Of(ulong.MaxValue));

        Match(groups).ShouldSucceed();

        Text(groups).ShouldBe(["Process 20: 2 Established=1 CloseWait=1", "Unknown 0: 1 Established=1"], ignoreOrder: true);
    }

    [Fact]
    public void Run_WithoutTimeLeft_SaysSoAndDropsNone()
    {
        Process(20, "nginx", "socket:[100]");
        SocketGroups groups = Group(Grouping.Process, Of(100));

        ReadError error = new ProcessMatch(_root.FullName).Run([groups], static () => true).ShouldNotBeNull();

        error.Failure.ShouldBe(ReadFailure.Timeout);
        Text(groups).ShouldBe(["Unknown 0: 1 Established=1"], ignoreOrder: true);
    }

    [Fact]
    public void Run_ProcessesThatCannotBeListed_SaysSoAndDropsNone()
    {
        SocketGroups groups = Group(Grouping.Process, Of(100));

        ReadError error = new ProcessMatch(_root.FullName + "/nowhere").Run([groups], static () => false).ShouldNotBeNull();

        error.Message.ShouldContain("/nowhere: processes cannot be listed: No such file or directory");
        Text(groups).ShouldBe(["Unknown 0: 1 Established=1"], ignoreOrder: true);
    }

    /// <summary>As where this process has no descriptor left: the sockets are not shown as if they were no process's.</summary>
    [Fact]
    public void Run_OpenFilesThatCannotBeRead_SaysSoAndFindsTheOthers()
    {
        Process(20, "nginx", "socket:[100]");
        DirectoryInfo looping = _root.CreateSubdirectory("30");
        File.CreateSymbolicLink(Path.Combine(looping.FullName, "fd"), "fd");
        DirectoryInfo file = _root.CreateSubdirectory("40");
        File.WriteAllText(Path.Combine(file.FullName, "fd"), "");
        SocketGroups groups = Group(Grouping.Process, Of(100), Of(101));

        (ProcessMatch _, ReadError? error) = Match(groups);

        error.ShouldNotBeNull().Failure.ShouldBe(ReadFailure.Io);
        error.Message.ShouldStartWith($"{_root.FullName}: the open files of 2 processes cannot be read: ");
        error.Message.ShouldEndWith("Sockets may be shown without their process or its name.");
        Text(groups).ShouldBe(["Process 20: 1 Established=1", "Unknown 0: 1 Established=1"], ignoreOrder: true);
    }

    /// <summary>Nothing tells that the socket is of the process that may not be read: one under way in a message is of none.</summary>
    [Theory]
    [InlineData(1, 1, false, "1 socket is shown without a process. It may be open in 1 process whose open files may not be read. ")]
    [InlineData(2, 3, false, "3 sockets are shown without a process. They may be open in 2 processes whose open files may not be read. ")]
    [InlineData(0, 2, true, "2 sockets are shown without a process. They may be open in processes of other users, which the mount option hidepid hides. Run as root, or ")]
    [InlineData(1, 1, true, "1 socket is shown without a process. It may be open in 1 process whose open files may not be read, or in processes of other users, which the mount option hidepid hides. Run as root, or ")]
    public void Run_SocketsWithoutAProcessBesideUnseenProcesses_MayBeTheirs(int refused, int without, bool areOthersHidden, string message)
    {
        Process(20, "nginx", "socket:[100]");
        for (int pid = 21; pid < 21 + refused; pid++)
        {
            Process(pid, "sealed");
            File.SetUnixFileMode(Path.Combine(_root.FullName, $"{pid}", "fd"), UnixFileMode.None);
        }

        File.SetUnixFileMode(_root.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        SocketGroups groups = Group(Grouping.Process, [Of(100), .. Enumerable.Range(200, without).Select(inode => Of((ulong)inode))]);
        var match = new ProcessMatch(_root.FullName, areOthersHidden);

        ReadError error = UnprivilegedThread.Run(() => match.Run([groups], static () => false)).ShouldNotBeNull();

        error.Failure.ShouldBe(ReadFailure.PermissionDenied);
        error.Message.ShouldStartWith($"{_root.FullName}: {message}");
        Text(groups).ShouldBe(["Process 20: 1 Established=1", $"Unknown 0: {without} Established={without}"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_EverySocketFound_SaysNothingOfHiddenProcesses(bool areOthersHidden)
    {
        Process(20, "nginx", "socket:[100]");

        new ProcessMatch(_root.FullName, areOthersHidden).Run([Group(Grouping.Process, Of(100))], static () => false).ShouldBeNull();
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static SocketRow Of(ulong inode, TcpState state = TcpState.Established, uint uid = 0) =>
        Row(state, "10.0.0.1:1", "10.0.0.2:2", uid, inode);

    private void Process(int pid, string command, params string[] files)
    {
        DirectoryInfo process = _root.CreateSubdirectory($"{pid}");
        File.WriteAllText(Path.Combine(process.FullName, "comm"), command + "\n");
        DirectoryInfo open = process.CreateSubdirectory("fd");
        for (int file = 0; file < files.Length; file++)
        {
            File.CreateSymbolicLink(Path.Combine(open.FullName, $"{file}"), files[file]);
        }
    }

    private (ProcessMatch Match, ReadError? Error) Match(params SocketGroups[] spaces)
    {
        var match = new ProcessMatch(_root.FullName);
        return (match, match.Run(spaces, static () => false));
    }
}

internal static class ProcessMatches
{
    public static ProcessMatch ShouldSucceed(this (ProcessMatch Match, ReadError? Error) run)
    {
        run.Error.ShouldBeNull();
        return run.Match;
    }
}
