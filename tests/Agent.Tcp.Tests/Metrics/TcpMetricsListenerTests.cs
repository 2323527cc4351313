using System.Diagnostics;
using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>Below the SDK: what a collection allocates, and listeners that collect at the same time.</summary>
[Collection(MetersCollection.Name)]
public sealed class TcpMetricsListenerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ProcFixture _proc = new();

    public void Dispose() => _proc.Dispose();

    [Theory]
    [InlineData("/proc")]
    [InlineData(null)]
    public void RecordObservableInstruments_InTheSteadyState_AllocatesNothing(string? root)
    {
        _proc.WriteHost(inet: 2_000, inet6: 2_000).LinkSelfToHost();
        using var metrics = new TcpMetrics(
            new TcpInstrumentationOptions { ProcRoot = root ?? _proc.Root }, NullLogger.Instance);
        using var listener = new CountingListener();
        for (int warmUp = 0; warmUp < 10; warmUp++)
        {
            listener.Collect();
        }

        // Values of the real tables change, and with each change one measurement is made anew: wait for a quiet moment.
        bool isReal = root is not null;
        long least = long.MaxValue;
        var waited = Stopwatch.StartNew();
        for (int round = 0; round < 20 || (isReal && least > 0 && waited.Elapsed < Patience); round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            listener.Collect();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            least = Math.Min(least, allocated);
            if (!isReal)
            {
                allocated.ShouldBe(0, $"round {round}");
            }
        }

        least.ShouldBe(0);
    }

    [Fact]
    public async Task RecordObservableInstruments_OnTwoThreadsWhileTheTableChanges_AlwaysGivesOneWholeTable()
    {
        // Two tables of ten sockets each, in two states: whichever is read, the sum is ten, all in one state.
        string[] contents = [ProcRows.Rows(10, 0x01), ProcRows.Rows(10, 0x06)];
        _proc.WriteHost(inet: 10, inet6: 5);
        using var metrics = new TcpMetrics(MeterHarness.OptionsOf(_proc), NullLogger.Instance);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        Task<int>[] listeners = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => CollectUntil(stop.Token)))];
        for (int change = 0; !stop.IsCancellationRequested; change++)
        {
            string next = Path.Combine(_proc.Root, "next");
            await File.WriteAllTextAsync(next, contents[change % 2]);
            File.Move(next, _proc.Tcp, overwrite: true);
        }

        (await Task.WhenAll(listeners)).ShouldAllBe(collections => collections > 0);
    }

    private static int CollectUntil(CancellationToken stop)
    {
        using var listener = new CountingListener();
        int collections = 0;
        while (!stop.IsCancellationRequested || collections == 0)
        {
            listener.Collect();
            collections++;
            listener.Inet.ShouldBe(10);
            listener.Inet6.ShouldBe(5);
            listener.LargestInet.ShouldBe(10);
            listener.Others.ShouldBe(0, "no read errors");
        }

        return collections;
    }

    /// <summary>Sums the points of one collection, without allocating.</summary>
    private sealed class CountingListener : IDisposable
    {
        private readonly MeterListener _listener = new();

        public CountingListener()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name is TcpMetricNames.Meter)
                {
                    listener.EnableMeasurementEvents(instrument, this);
                }
            };
            _listener.SetMeasurementEventCallback<long>(Count);
            _listener.Start();
        }

        public long Inet { get; private set; }

        public long Inet6 { get; private set; }

        public long LargestInet { get; private set; }

        public long Others { get; private set; }

        public void Collect()
        {
            Inet = Inet6 = LargestInet = Others = 0;
            _listener.RecordObservableInstruments();
        }

        public void Dispose() => _listener.Dispose();

        private static void Count(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            var sums = (CountingListener)state!;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (string.Equals(tag.Key, TcpMetricNames.TcpSocketFamily, StringComparison.Ordinal))
                {
                    if (string.Equals((string?)tag.Value, "inet", StringComparison.Ordinal))
                    {
                        sums.Inet += value;
                        sums.LargestInet = Math.Max(sums.LargestInet, value);
                    }
                    else
                    {
                        sums.Inet6 += value;
                    }

                    return;
                }
            }

            sums.Others += string.Equals(instrument.Name, MeterHarness.Errors, StringComparison.Ordinal) ? value : 0;
        }
    }
}
