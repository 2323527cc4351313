namespace Agent.Tcp;

/// <summary>A number of things, in words.</summary>
internal static class Amount
{
    /// <summary><c>1 socket</c>, <c>2 sockets</c>.</summary>
    public static string Of(long number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
}
