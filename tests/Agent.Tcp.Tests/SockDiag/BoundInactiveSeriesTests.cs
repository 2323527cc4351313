using Agent.Tcp.Metrics.Series;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag;

public sealed class BoundInactiveSeriesTests
{
    private static readonly TcpNamespace Host = new("/proc", "1", NamespaceKind.Host, 1);

    private readonly ConnectionSeries _series = new(Host.Attributes, reportsAllStates: true);
    private readonly Reading _reading = new();

    [Fact]
    public void Report_SourceThatCannotSeeTheState_LeavesItsSeriesOut()
    {
        Report(TcpSourceKind.SockDiag, count: 2).ShouldBe([2L]);
        Report(TcpSourceKind.Procfs, count: 0).ShouldBeEmpty();
        Report(TcpSourceKind.SockDiag, count: 0).ShouldBe([0L]);
    }

    private List<long> Report(TcpSourceKind source, long count)
    {
        _reading.Begin(source);
        _reading[SocketFamily.Inet] = FamilyStatus.Read;
        _reading.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.BoundInactive, count);
        using var buffer = new MeasurementBuffer<long>();
        _series.Begin();
        _series.Add(_reading, null);
        _series.Report(0, buffer);
        var values = new List<long>();
        while (buffer.MoveNext())
        {
            foreach (KeyValuePair<string, object?> tag in buffer.Current.Tags)
            {
                if (tag.Value is "bound_inactive")
                {
                    values.Add(buffer.Current.Value);
                }
            }
        }

        return values;
    }
}
