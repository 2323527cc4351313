using System.Net;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A collector that takes every OTLP/HTTP export, counts it, and looks at none.</summary>
internal sealed class OtlpSink : IDisposable
{
    public const string Endpoint = "http://127.0.0.1:4318";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpListener _listener = new();
    private readonly object _arrived = new();
    private long _exports;

    public OtlpSink()
    {
        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

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
                HttpListenerContext context = _listener.GetContext();
                context.Request.InputStream.CopyTo(Stream.Null);
                context.Response.ContentType = "application/x-protobuf";
                context.Response.ContentLength64 = 0;
                context.Response.Close();
                lock (_arrived)
                {
                    _exports++;
                    Monitor.PulseAll(_arrived);
                }
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The listener was closed: the end of the measuring.
        }
    }
}
