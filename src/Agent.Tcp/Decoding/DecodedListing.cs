namespace Agent.Tcp;

/// <summary>What a listing says.</summary>
/// <param name="Sockets">The sockets, in the listing's order.</param>
/// <param name="Errors">The lines that could not be decoded.</param>
public sealed record DecodedListing(IReadOnlyList<TcpSocket> Sockets, IReadOnlyList<DecodeError> Errors);

/// <summary>A line that could not be decoded.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">Its first 200 characters; those that are not printable ASCII replaced by a question mark.</param>
/// <param name="Error">What is wrong, by column.</param>
public sealed record DecodeError(int Line, string Text, string Error);
