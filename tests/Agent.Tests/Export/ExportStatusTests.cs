using Agent.Export;

namespace Agent.Tests.Export;

public sealed class ExportStatusTests
{
    [Fact]
    public void FailAndSucceed_InTurn_TellTheFirstFailureAndHowManyThereWere()
    {
        var status = new ExportStatus();
        status.IsFailing.ShouldBeFalse();
        status.Succeed().ShouldBe(0);

        status.Fail().ShouldBeTrue();
        status.Fail().ShouldBeFalse();
        status.IsFailing.ShouldBeTrue();
        status.Succeed().ShouldBe(2);

        status.IsFailing.ShouldBeFalse();
        status.Fail().ShouldBeTrue();
    }
}
