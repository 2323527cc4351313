using System.Runtime.ExceptionServices;

namespace Agent.Tcp.Tests.Support;

/// <summary>
/// A thread made for one piece of work: what is done to a thread for good (another namespace, another user, a filter of
/// system calls) ends with it, and never reaches the thread pool.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs the work and waits for it; what it throws is thrown here, a skip too.</summary>
    public static T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public static void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });
}
