using Agent.Tcp.Scheduling;

namespace Agent.Text;

/// <summary>What is shown of a snapshot. What fails while it is shown is added to the snapshot's errors.</summary>
internal abstract class SnapshotView
{
    /// <summary>Makes what takes the rows of a namespace; null where the snapshot's counts are enough.</summary>
    public virtual Func<TcpNamespace, ISocketRows>? Rows => null;

    public abstract void WriteJson(Utf8JsonWriter json, TcpSnapshot snapshot);

    public abstract void WriteText(TextWriter output, TcpSnapshot snapshot, Style style);

    /// <summary>The text with its errors, for a window with a number of rows.</summary>
    public abstract string Frame(TcpSnapshot snapshot, Style style, int rows);
}

/// <summary>Counts by state and family, and the sockets themselves where they are listed.</summary>
/// <param name="listing">How long listing one table may take; null where no sockets are listed.</param>
internal sealed class CountsView(TimeSpan? listing) : SnapshotView
{
    public override void WriteJson(Utf8JsonWriter json, TcpSnapshot snapshot) => SnapshotJson.Write(json, snapshot, Listing(snapshot));

    public override void WriteText(TextWriter output, TcpSnapshot snapshot, Style style) =>
        SnapshotText.Write(output, snapshot, Listing(snapshot), style);

    public override string Frame(TcpSnapshot snapshot, Style style, int rows) =>
        SnapshotText.Frame(snapshot, Listing(snapshot), style, rows);

    private SocketListing? Listing(TcpSnapshot snapshot) => listing is { } timeout ? new(snapshot, timeout) : null;
}
