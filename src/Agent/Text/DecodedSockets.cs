using Agent.Tcp.Decoding;

namespace Agent.Text;

/// <summary>The sockets of a listing one by one, and after the last the counts, the errors and the likely byte order.</summary>
internal sealed class DecodedSockets(IEnumerable<DecodedRow> rows)
{
    /// <summary>A file with more lines in error is not a listing; the others are counted but not kept.</summary>
    public const int MaxErrors = 10_000;

    private readonly List<DecodeError> _errors = [];
    private readonly ByteOrderEvidence _order = new();
    private int _errorCount;
    private int _line;

    public ConnectionCounts Counts { get; } = new();

    /// <summary>The addresses look as if the listing had the other byte order.</summary>
    public bool LooksReversed => _order.IsReversed;

    /// <summary>The lines in error, up to the limit, and one that says how many more there are.</summary>
    public IEnumerable<DecodeError> Errors => _errorCount <= MaxErrors
        ? _errors
        : _errors.Append(new DecodeError(
            _line, "", $"{_errorCount - MaxErrors} more lines could not be decoded, up to this one; the first {MaxErrors} are listed"));

    public bool HasErrors => _errorCount > 0;

    /// <summary>Walks the listing; may be called once.</summary>
    public IEnumerable<TcpSocket> Walk()
    {
        using IEnumerator<DecodedRow> walk = rows.GetEnumerator();
        while (TryNext(walk))
        {
            DecodedRow row = walk.Current;
            if (row.Error is { } error)
            {
                Add(error);
                continue;
            }

            TcpSocket socket = row.Socket;
            Counts.Add(TcpSocketKinds.Of(socket.Family, ipv4Mapped: socket.Type == NetworkType.Ipv4), socket.Code);
            _order.Add(in socket);
            yield return socket;
        }
    }

    private bool TryNext(IEnumerator<DecodedRow> walk)
    {
        try
        {
            return walk.MoveNext();
        }
        catch (IOException exception)
        {
            // Part of the output is already written, so this becomes an error of the listing.
            Add(new DecodeError(_line + 1, "", $"cannot read further: {IoFaults.Describe(exception)}"));
            return false;
        }
        finally
        {
            _line = walk.Current.Line;
        }
    }

    private void Add(DecodeError error)
    {
        if (++_errorCount <= MaxErrors)
        {
            _errors.Add(error);
        }
    }
}

/// <summary>A decoded listing, as text and as JSON.</summary>
internal static class DecodeReport
{
    /// <summary>The sockets, then the counts.</summary>
    public static void WriteText(TextWriter output, DecodedSockets sockets, Style style)
    {
        SocketsText.Write(output, sockets.Walk(), style);
        ConnectionCounts counts = sockets.Counts;
        output.WriteLine();
        output.Write(ConnectionsText.Render(counts, kind => ConnectionOrder.States.Any(state => counts[kind, state] > 0), style));
    }

    /// <summary>A contract.</summary>
    public static void WriteJson(Utf8JsonWriter json, DecodedSockets sockets)
    {
        json.WriteStartObject();
        SocketJson.WriteAll(json, sockets.Walk());
        ConnectionsJson.Write(json, sockets.Counts);
        json.WriteObjects("errors", sockets.Errors, error =>
        {
            json.WriteNumber("line", error.Line);
            json.WriteString("text", error.Text);
            json.WriteString("error", error.Error);
        });
        json.WriteEndObject();
    }
}
