using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// The library's ways to ask the kernel, as a parameter of the tests: each one must give the same answer.
/// A further source is one more name and one more case here.
/// </summary>
internal static class KernelSource
{
    /// <summary>Values of <see cref="TcpSourceKind"/> by name, as theory data must be public types.</summary>
    public static string[] Names => Enum.GetNames<TcpSourceKind>();

    /// <summary>Reads a namespace through the named source, from inside it (netlink answers for its own only).</summary>
    public static Reading Read(string source, TestNamespace space) => space.Run(() =>
    {
        var reading = new Reading(new NamespaceSnapshot(), []);
        TcpSourceKind kind = Enum.Parse<TcpSourceKind>(source);
        TcpNamespace target = space.ToTcpNamespace();
        reading.Snapshot.Begin(target, kind);
        switch (kind)
        {
            case TcpSourceKind.Procfs:
                var reader = new ProcNetTcpReader(TimeProvider.System, TimeSpan.FromSeconds(30));
                new ProcfsSource(reader).Read(target, reading.Snapshot, reading.Errors);
                break;
            default:
                throw new NotSupportedException($"No test reads through {source} yet.");
        }

        return reading;
    });

    /// <summary>What a source said.</summary>
    internal sealed record Reading(NamespaceSnapshot Snapshot, List<ReadError> Errors);
}
