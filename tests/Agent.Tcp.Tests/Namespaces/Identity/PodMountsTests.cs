using System.Text;
using Agent.Tcp.Namespaces.Identity;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Identity;

public sealed class PodMountsTests
{
    private const string Uid = "4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e";
    private const string Root = "1869 1645 0:312 / / rw,relatime master:512 - overlay overlay rw,lowerdir=/a:/b\n";

    [Theory]
    [InlineData("the hosts file", $"1893 1869 259:1 /var/lib/kubelet/pods/{Uid}/etc-hosts /etc/hosts rw,relatime - ext4 /dev/root rw", Uid)]
    [InlineData("the termination log", $"1891 1870 259:1 /var/lib/kubelet/pods/{Uid}/containers/app/5ca1ab1e /dev/termination-log rw - ext4 /dev/root rw", Uid)]
    [InlineData("a file system of its own", $"1 2 259:1 /pods/{Uid}/etc-hosts /etc/hosts rw - ext4 /dev/sdb rw", Uid)]
    [InlineData("a static pod", "1 2 259:1 /var/lib/kubelet/pods/e039200acb850c82bb901653cc38ff6e/etc-hosts /etc/hosts rw - ext4 /dev/sdb rw", "e039200acb850c82bb901653cc38ff6e")]
    [InlineData("Docker's hosts file", "1 2 259:1 /var/lib/docker/containers/31cb0294/hosts /etc/hosts rw - ext4 /dev/sdb rw", null)]
    [InlineData("another pod's volume", $"1 2 0:30 /var/lib/kubelet/pods/{Uid}/volumes/x /data rw - ext4 /dev/sdb rw", null)]
    [InlineData("no UID", "1 2 259:1 /var/lib/kubelet/pods/x/etc-hosts /etc/hosts rw - ext4 /dev/sdb rw", null)]
    [InlineData("cut", "1893 1869 259:1 /var/lib/kubelet/pods/4f8a9ae6", null)]
    [InlineData("empty", "", null)]
    public void Pod_OfAProcessesMounts_IsTheKubelets(string case_, string line, string? pod) =>
        PodMounts.Pod(Encoding.ASCII.GetBytes($"{Root}{line}\n")).ShouldBe(pod, case_);
}
