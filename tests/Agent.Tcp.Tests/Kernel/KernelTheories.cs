using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What the tests over every source are given: <see cref="KernelSource.Names"/>, and names of kinds.</summary>
public static class KernelTheories
{
    public static TheoryData<string> Sources { get; } = [.. KernelSource.Names];

    public static MatrixTheoryData<string, string> SourcesKinds { get; } =
        new(KernelSource.Names, Enum.GetNames<TcpSocketKind>());

    /// <summary>Those that list every socket, and so tell what only rows tell.</summary>
    public static TheoryData<string> ListingSources { get; } = [.. KernelSource.ListingNames];

    public static MatrixTheoryData<string, string> ListingSourcesKinds { get; } =
        new(KernelSource.ListingNames, Enum.GetNames<TcpSocketKind>());

    public static MatrixTheoryData<string, string> SockDiagKinds { get; } =
        new(KernelSource.SockDiagNames, Enum.GetNames<TcpSocketKind>());
}
