using System.Collections.Concurrent;

namespace Agent.Export.Disk;

/// <summary>
/// A thread for every operation that may have to wait for one disk. A disk that hangs (a network mount,
/// a failing device, a frozen file system) neither succeeds nor fails, and a call that waits for it cannot be cancelled. So the caller
/// stops waiting after a limit, and until the disk has answered every other operation fails at once. One operation runs at a time.
/// Thread-safe.
/// </summary>
internal sealed class DiskThread : IDisposable
{
    /// <summary>A disk that is only busy may take a second or two; the agent has to end within ten.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _limit;
    private readonly BlockingCollection<Operation> _queue = [];
    private readonly Lock _lock = new();
    private volatile bool _isHung;

    /// <summary>Starts the thread. An operation is waited for until the limit.</summary>
    public DiskThread(TimeSpan limit)
    {
        _limit = limit;
        new Thread(Work) { IsBackground = true, Name = "disk" }.Start();
    }

    /// <summary>An operation did not end within the limit, and still runs.</summary>
    public bool IsHung => _isHung;

    /// <summary>Runs an operation and waits for it.</summary>
    /// <param name="operation">Must not depend on its caller: it may still run after the caller has stopped waiting.</param>
    /// <param name="tooLate">Called with a result that came after the limit, before any other operation runs.</param>
    /// <exception cref="IOException">The disk does not answer; or what the operation throws.</exception>
    public async Task<T> RunAsync<T>(Func<T> operation, Action<T>? tooLate = null)
    {
        if (_isHung)
        {
            throw NoAnswer();
        }

        // The caller must not continue on the disk's thread.
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new Operation { Execute = () => Execute(operation, source, tooLate) };
        _queue.Add(asked);
        try
        {
            return await source.Task.WaitAsync(_limit);
        }
        catch (TimeoutException)
        {
            // It has ended just now: its result counts, as nothing would undo it.
            return TryAbandon(asked) ? throw NoAnswer() : await source.Task;
        }
    }

    /// <summary>The same for a caller that cannot await.</summary>
    public T Run<T>(Func<T> operation, Action<T>? tooLate = null) => RunAsync(operation, tooLate).GetAwaiter().GetResult();

    public void Dispose() => _queue.CompleteAdding();

    /// <summary>The fault of a disk that does not answer.</summary>
    public IOException NoAnswer() => new($"it did not answer within {_limit.TotalSeconds} s", Errno.ETIMEDOUT);

    private bool TryAbandon(Operation asked)
    {
        lock (_lock)
        {
            asked.IsAbandoned = !asked.HasEnded;
            _isHung |= asked.IsAbandoned;
            return asked.IsAbandoned;
        }
    }

    /// <summary>Returns what hands the outcome over; its argument is whether the caller has stopped waiting.</summary>
    private static Action<bool> Execute<T>(Func<T> operation, TaskCompletionSource<T> source, Action<T>? tooLate)
    {
        try
        {
            T result = operation();
            return isAbandoned => (isAbandoned ? tooLate : source.SetResult)?.Invoke(result);
        }
#pragma warning disable CA1031 // It is handed to the caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return isAbandoned =>
            {
                if (!isAbandoned)
                {
                    source.SetException(exception);
                }
            };
        }
    }

    private void Work()
    {
        foreach (Operation next in _queue.GetConsumingEnumerable())
        {
            // One that was abandoned before it began does not run.
            Action<bool>? end = next.IsAbandoned ? null : next.Execute();
            lock (_lock)
            {
                next.HasEnded = true;
            }

            end?.Invoke(next.IsAbandoned);
            lock (_lock)
            {
                _isHung = false;
            }
        }
    }

    /// <summary>Guarded by the thread's lock.</summary>
    private sealed class Operation
    {
        /// <summary>The caller has stopped waiting.</summary>
        public bool IsAbandoned { get; set; }

        public bool HasEnded { get; set; }

        public required Func<Action<bool>> Execute { get; init; }
    }
}
