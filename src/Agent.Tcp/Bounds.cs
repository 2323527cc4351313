namespace Agent.Tcp;

/// <summary>The least and the greatest value that an option takes, both allowed.</summary>
internal readonly record struct Bounds<T>(T Least, T Greatest)
    where T : IComparable<T>
{
    public bool Contains(T value) => value.CompareTo(Least) >= 0 && value.CompareTo(Greatest) <= 0;
}

/// <summary>The words that an option of an enumeration takes.</summary>
internal static class Choices
{
    /// <summary>The names, by value: <c>Own, Host or All</c>.</summary>
    public static string Of<T>()
        where T : struct, Enum
    {
        string[] names = Enum.GetNames<T>();
        return $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }
}
