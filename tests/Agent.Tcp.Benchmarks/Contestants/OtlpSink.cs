using System.Net;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A collector that takes every OTLP/HTTP export, counts it, and looks at none.</summary>
internal sealed class OtlpSink : IDisposable
{
    private const int DefaultPort = 4318;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpListener _listener = new();
    private readonly object _arrived = new();
    private long _exports;
    private long _lastArrival;

    /// <summary>Listens on loopback; two at a time need two ports.</summary>
    public OtlpSink(int port = DefaultPort)
    {
        Endpoint = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public string Endpoint { get; }

    public long Exports
    {
        get
        {
            lock (_arrived)
            {
                return _exports;
            }
        }
    }

    /// <summary>When the latest export's request came (its head, before its body), as a timestamp of the system's clock.</summary>
    public long LastArrival
    {
        get
        {
            lock (_arrived)
            {
                return _lastArrival;
            }
        }
    }

    /// <summary>Takes a request of its own, uncounted: what compiling the way through here takes is not the agent's.</summary>
    public void WarmUp()
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent([]);
        client.PostAsync(new Uri(Endpoint), content).GetAwaiter().GetResult().Dispose();
        WaitFor(1);
        lock (_arrived)
        {
            _exports = 0;
        }
    }

    /// <summary>Waits until so many have come in all.</summary>
    public void WaitFor(long exports)
    {
        long start = TimeProvider.System.GetTimestamp();
        lock (_arrived)
        {
            while (_exports < exports)
            {
                _ = Monitor.Wait(_arrived, TimeSpan.FromSeconds(1));
                if (TimeProvider.System.GetElapsedTime(start) > Deadline)
                {
                    throw new IOException($"The agent has made {_exports} exports; {exports} were awaited for {Deadline.TotalSeconds} s.");
                }
            }
        }
    }

    public void Dispose() => _listener.Close();

    private void Serve()
    {
        try
        {
            while (true)
            {
                Take(_listener.GetContext(), TimeProvider.System.GetTimestamp());
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The listener was closed: the end of the measuring.
        }
    }

    private void Take(HttpListenerContext context, long arrival)
    {
        try
        {
            context.Request.InputStream.CopyTo(Stream.Null);
            context.Response.ContentType = "application/x-protobuf";
            context.Response.ContentLength64 = 0;
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException)
        {
            // The agent was ended meanwhile.
            return;
        }

        lock (_arrived)
        {
            _exports++;
            _lastArrival = arrival;
            Monitor.PulseAll(_arrived);
        }
    }
}
