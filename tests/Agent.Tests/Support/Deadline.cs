using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Agent.Tests.Support;

/// <summary>Waits by looking again, with a deadline that only a broken run meets: CI machines are slow.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until <paramref name="look"/> finds something.</summary>
    /// <param name="look">Returns null while there is nothing.</param>
    /// <param name="describe">What there is instead, for the failure's message.</param>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, Func<string> describe)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (watch.Elapsed > Generous)
            {
                throw new TimeoutException($"Not within {Generous.TotalSeconds} s. {describe()}");
            }

            await Task.Delay(Pause);
        }
    }

    public static Task<T> UntilAsync<T>(Func<T?> look, Func<string> describe)
        where T : class => UntilAsync(() => Task.FromResult(look()), describe);

    /// <summary>Waits until something holds.</summary>
    public static Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        UntilAsync(() => holds() ? what : null, () => $"It never came to {what}.");
}
