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
    /// <summary><c>ETIMEDOUT</c>, asm-generic/errno.h.</summary>
    public const int TimedOut = 110;

    /// <summary>A disk that is only busy may take a second or two; the agent has to end within ten.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _limit;
    private readonly BlockingCollection<Operation> _queue = [];
    private readonly Lock _lock = new();
    private volatile bool _isHung;

    /// <summary>Starts the thread.</summary>
    /// <param name="limit">How long an operation is waited for.</param>
    public DiskThread(TimeSpan limit)
    {
        _limit = limit;
        new Thread(Work) { IsBackground = true, Name = "disk" }.Start();
    }

    /// <summary>An operation was waited for in vain, and has not ended yet.</summary>
    public bool IsHung => _isHung;

    /// <summary>Runs an operation and waits for it.</summary>
    /// <param name="operation">Must hold on its own: it may still run when nobody waits for it any more.</param>
    /// <param name="tooLate">Called with a result that came after the limit, before any other operation runs.</param>
    /// <exception cref="IOException">The disk does not answer; or what the operation throws.</exception>
    public async Task<T> RunAsync<T>(Func<T> operation, Action<T>? tooLate = null)
    {
        if (_isHung)
        {
            throw NoAnswer();
        }

        var asked = new Operation<T>(operation, tooLate);
        _queue.Add(asked);
        try
        {
            return await asked.Result.WaitAsync(_limit);
        }
        catch (TimeoutException) when (TryAbandon(asked))
        {
            throw NoAnswer();
        }
    }

    /// <summary>The same for a caller that cannot await.</summary>
    public T Run<T>(Func<T> operation, Action<T>? tooLate = null) => RunAsync(operation, tooLate).GetAwaiter().GetResult();

    public void Dispose() => _queue.CompleteAdding();

    private IOException NoAnswer() => new($"it did not answer within {_limit.TotalSeconds} s", TimedOut);

    private bool TryAbandon(Operation asked)
    {
        lock (_lock)
        {
            asked.IsAbandoned = !asked.HasEnded;
            _isHung |= asked.IsAbandoned;
            return asked.IsAbandoned;
        }
    }

    private void Work()
    {
        foreach (Operation next in _queue.GetConsumingEnumerable())
        {
            // One that was abandoned before it began is not begun.
            if (!next.IsAbandoned)
            {
                next.Execute();
            }

            lock (_lock)
            {
                next.HasEnded = true;
            }

            next.End();
            lock (_lock)
            {
                _isHung = false;
            }
        }
    }

    private abstract class Operation
    {
        /// <summary>Nobody waits for it any more. Guarded by the thread's lock, as is <see cref="HasEnded"/>.</summary>
        public bool IsAbandoned { get; set; }

        public bool HasEnded { get; set; }

        public abstract void Execute();

        /// <summary>Hands over what came of it.</summary>
        public abstract void End();
    }

    private sealed class Operation<T>(Func<T> operation, Action<T>? tooLate) : Operation
    {
        // Whoever waits goes on elsewhere than on the disk's thread.
        private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? _end;

        public Task<T> Result => _source.Task;

        public override void Execute()
        {
            try
            {
                T result = operation();
                _end = () => Succeed(result);
            }
#pragma warning disable CA1031 // It is the caller's.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _end = () => Fail(exception);
            }
        }

        public override void End() => _end?.Invoke();

        private void Succeed(T result)
        {
            if (IsAbandoned)
            {
                tooLate?.Invoke(result);
            }
            else
            {
                _source.SetResult(result);
            }
        }

        private void Fail(Exception exception)
        {
            if (!IsAbandoned)
            {
                _source.SetException(exception);
            }
        }
    }
}
