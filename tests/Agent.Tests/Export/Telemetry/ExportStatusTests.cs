using Agent.Export.Telemetry;

namespace Agent.Tests.Export.Telemetry;

public sealed class ExportStatusTests
{
    [Fact]
    public void FailAndSucceed_InTurn_TellTheLastOutcomeAndHowManyFailuresThereWere()
    {
        var status = new ExportStatus();
        status.IsFailing.ShouldBeFalse();
        status.Last.ShouldBe(ExportOutcome.None);
        status.Succeed().ShouldBe(0);

        status.Fail(ExportOutcome.Dropped);
        status.Fail(ExportOutcome.Kept);
        status.IsFailing.ShouldBeTrue();
        status.Last.ShouldBe(ExportOutcome.Kept);
        status.Succeed().ShouldBe(2);

        status.IsFailing.ShouldBeFalse();
        status.Last.ShouldBe(ExportOutcome.Delivered);
        status.Fail(ExportOutcome.Refused);
        status.Last.ShouldBe(ExportOutcome.Refused);
        status.Succeed().ShouldBe(1);
    }
}
