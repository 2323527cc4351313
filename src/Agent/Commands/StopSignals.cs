using Agent.Hosting;

namespace Agent.Commands;

/// <summary>Turns SIGINT (Ctrl+C) and SIGTERM into a cancellation, for a command that has no host.</summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Enough to finish and show a snapshot in progress.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
    ];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        StopDeadline.Begin(Limit);
        _stop.Cancel();
    }
}
