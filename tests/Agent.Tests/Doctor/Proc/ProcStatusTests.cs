using Agent.Doctor.Proc;

namespace Agent.Tests.Doctor.Proc;

public sealed class ProcStatusTests
{
    [Fact]
    public void Status_OfAContainersProcess_IsReadField()
    {
        var status = new ProcStatus(
        [
            "Name:\tagent", "Uid:\t65532\t65533\t65532\t65532", "Gid:\t7\t8\t7\t7", "Groups:\t5 9 ", "NSpid:\t31337\t1",
            "CapEff:\t0000000000280000", "CapPrm:\t0000000000280001", "PPid:\t1", "NoNewPrivs:\t1", "Seccomp:\t2",
        ]);

        status.User.ShouldBe("65533");
        status.Group.ShouldBe("8");
        status.Groups.ShouldBe(["5", "9"]);
        status.Users.ShouldBe([65532u, 65533u, 65532u]);
        status.GroupIds.ShouldBe([7u, 8u, 7u]);
        status.SupplementaryGroups.ShouldBe([5u, 9u]);
        status.PermittedCapabilities.ShouldBe(0x280001ul);
        status.MayTrace.ShouldBeTrue();
        status.IsFirstKernelThread.ShouldBeFalse();
        status.PidNamespaces.ShouldBe(2);
        status.Numbers.ShouldBe([31337, 1]);
        status.Capabilities.ShouldBe(0x280000ul);
        status.NoNewPrivileges.ShouldBeTrue();
        status.Seccomp.ShouldBe("2");
    }

    [Fact]
    public void Status_WithoutLines_SaysThatNothingIsKnown()
    {
        var status = new ProcStatus([]);

        status.User.ShouldBe("unknown");
        status.Groups.ShouldBeEmpty();
        status.PidNamespaces.ShouldBe(0);
        status.Capabilities.ShouldBeNull();
        status.Users.ShouldBeNull();
        status.SupplementaryGroups.ShouldBeNull();
        status.MayTrace.ShouldBeFalse();
    }
}
