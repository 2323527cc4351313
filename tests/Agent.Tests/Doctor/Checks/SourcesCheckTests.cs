using Agent.Configuration;
using Agent.Doctor.Checks;
using Agent.Export;
using Agent.Tcp;

namespace Agent.Tests.Doctor.Checks;

public sealed class SourcesCheckTests
{
    private int _reads;

    [Fact]
    public void Look_OverTheKernelsOwn_Agrees()
    {
        Finding finding = new SourcesCheck(Context(TcpSource.Auto)).Look();

        finding.Status.ShouldBe(CheckStatus.Ok, finding.Found);
        finding.Found.ShouldStartWith("procfs and sock_diag agree on all ");
    }

    [Fact]
    public void Look_DifferentOnce_LooksAgain()
    {
        // The third reading is the second procfs one of the first attempt.
        Finding finding = Look(TcpSource.Auto, source => View(source == TcpSource.SockDiag && _reads <= 3 ? 50 : 10));

        finding.ShouldBe(Finding.Ok("procfs and sock_diag agree on all 10 sockets of this process's network namespace, in attempt 2"));
    }

    [Fact]
    public void Look_DifferentEachTime_FailsAndNamesTheSeries()
    {
        Finding finding = Look(TcpSource.Auto, source => View(source == TcpSource.SockDiag ? 50 : 10));

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Found.ShouldContain("5 times: listen inet: procfs 10, sock_diag 50, procfs 10");
        _reads.ShouldBe(3 * SourcesCheck.Attempts);
    }

    [Theory]
    [InlineData(TcpSource.Auto, "warning")]
    [InlineData(TcpSource.SockDiag, "failed")]
    [InlineData(TcpSource.Procfs, "skipped")]
    public void Look_SockDiagRefused_CountsByTheSetting(TcpSource setting, string expected)
    {
        Finding finding = Look(setting, source => source == TcpSource.SockDiag ? View(0, "sock_diag: refused.") : View(10));

        finding.Status.Word().ShouldBe(expected);
        finding.Found.ShouldContain("sock_diag: refused.");
    }

    [Fact]
    public void Look_ProcfsRefused_Fails() =>
        Look(TcpSource.Auto, source => source == TcpSource.Procfs ? View(0, "refused") : View(10)).Status.ShouldBe(CheckStatus.Failed);

    [Theory]
    [InlineData(10, 10, 10, true)]
    [InlineData(10, 12, 10, true)]
    [InlineData(10, 13, 10, false)]
    [InlineData(10, 7, 10, false)]
    [InlineData(0, 100, 90, true)]
    [InlineData(10_000, 10_090, 10_000, true)]
    [InlineData(10_000, 9_000, 10_000, false)]
    [InlineData(100, 0, 100, false)]
    public void Differences_BetweenTwoReadings_TakeWhatCanHaveComeAndGone(long before, long between, long after, bool agrees) =>
        (SourceAgreement.Differences(Series(before), Series(between), Series(after)).Count == 0).ShouldBe(agrees);

    private static Dictionary<string, long> Series(long value) =>
        value == 0 ? [] : new Dictionary<string, long>(StringComparer.Ordinal) { ["listen inet"] = value };

    private static SocketView View(long listeners, params string[] errors) => new()
    {
        Counts = Series(listeners),
        Sources = new Dictionary<string, int>(StringComparer.Ordinal),
        Errors = errors,
        Oddities = [],
    };

    private static DoctorContext Context(TcpSource setting)
    {
        var settings = new AgentSettings();
        settings.Tcp.Source = setting;
        return new DoctorContext
        {
            Configuration = new AgentConfiguration(settings, new TelemetrySettings()),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        };
    }

    private Finding Look(TcpSource setting, Func<TcpSource, SocketView> read) => new SourcesCheck(Context(setting), source =>
    {
        _reads++;
        return read(source);
    }).Look();
}
