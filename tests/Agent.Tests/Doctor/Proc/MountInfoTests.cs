using Agent.Doctor.Proc;

namespace Agent.Tests.Doctor.Proc;

public sealed class MountInfoTests
{
    private static readonly string[] Lines =
    [
        "22 27 0:21 / /proc rw,relatime - proc proc rw",
        "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
        "63 43 0:39 / /host/proc ro,relatime master:1 - proc proc rw,gid=5,hidepid=invisible",
        "64 43 0:40 / /a\\040folder rw - tmpfs tmpfs rw,size=1k",
        "garbage",
        "",
    ];

    [Theory]
    [InlineData("/proc", "/proc", "proc")]
    [InlineData("/proc/1", "/proc", "proc")]
    [InlineData("/process", "/", "ext4")]
    [InlineData("/a folder", "/a folder", "tmpfs")]
    [InlineData("/host/proc", "/host/proc", "proc")]
    public void Of_APath_IsTheInnermostMount(string path, string point, string type)
    {
        Mount mount = MountInfo.Of(path, Lines).ShouldNotBeNull();

        mount.Point.ShouldBe(point);
        mount.Type.ShouldBe(type);
    }

    [Fact]
    public void Of_TwoMountsAtOnePlace_IsTheLast() =>
        MountInfo.Of("/proc", [.. Lines, "65 22 0:41 / /proc rw - proc proc rw,hidepid=2"])!.Options["hidepid"].ShouldBe("2");

    [Fact]
    public void Of_NoLines_IsNull() => MountInfo.Of("/proc", []).ShouldBeNull();

    [Theory]
    [InlineData("rw", null)]
    [InlineData("rw,hidepid=0", null)]
    [InlineData("rw,hidepid=off", null)]
    [InlineData("rw,hidepid=2", "hidepid=2")]
    [InlineData("rw,gid=5,hidepid=noaccess", "hidepid=noaccess,gid=5")]
    public void HidePid_OfTheOptions_IsThereWhenItHides(string options, string? expected) =>
        HidePid.Of(MountInfo.Of("/proc", [$"22 27 0:21 / /proc rw - proc proc {options}"]))?.ToString().ShouldBe(expected);
}
