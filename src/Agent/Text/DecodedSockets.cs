using Agent.Tcp;
using Agent.Tcp.Decoding;

namespace Agent.Text;

/// <summary>The sockets of a listing, one after another, and what is told after the last: counts, errors, a doubt.</summary>
internal sealed class DecodedSockets(IEnumerable<DecodedRow> rows)
{
    /// <summary>A listing with more lines in error is another file; they are not all held to be told.</summary>
    public const int MaxErrors = 10_000;

    private readonly List<DecodeError> _errors = [];
    private readonly ByteOrderEvidence _order = new();
    private int _errorCount;
    private int _line;

    public ConnectionCounts Counts { get; } = new();

    /// <summary>The addresses look as if the listing's byte order were the other one.</summary>
    public bool LooksReversed => _order.IsReversed;

    /// <summary>The lines in error, at most so many, and one that tells how many more.</summary>
    public IEnumerable<DecodeError> Errors => _errorCount <= MaxErrors
        ? _errors
        : _errors.Append(new DecodeError(
            _line, "", $"{_errorCount - MaxErrors} more lines could not be decoded, up to this one; the first {MaxErrors} are listed"));

    public bool HasErrors => _errorCount > 0;

    /// <summary>Walks the listing. Once only.</summary>
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
            // Part of the answer is written already: what follows it still has its place.
            Add(new DecodeError(_line + 1, "", $"cannot be read on: {IoFaults.Describe(exception)}"));
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
