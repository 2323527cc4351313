namespace Agent.Tcp.Tests.Kernel;

/// <summary>Two namespaces, and what a test opens in them and between them.</summary>
internal sealed class LinkedNamespaces : IDisposable
{
    private readonly Stack<IDisposable> _open = [];

    public TestNamespace Left { get; } = TestNamespace.CreateOrSkip();

    public TestNamespace Right { get; } = TestNamespace.CreateOrSkip();

    /// <summary>Keeps it until the end; the last is closed first.</summary>
    public void Keep(IDisposable open) => _open.Push(open);

    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? open))
        {
            open.Dispose();
        }

        Left.Dispose();
        Right.Dispose();
    }
}
