namespace Agent.Tcp;

/// <summary>What one line of a listing says: a socket, or what is wrong with it.</summary>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Socket">The socket; meaningless with an error.</param>
/// <param name="Error">Why the line could not be decoded; null when it was.</param>
public readonly record struct DecodedRow(int Line, TcpSocket Socket, DecodeError? Error);

/// <summary>A line that could not be decoded.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">Its first 200 characters; those that are not printable ASCII replaced by a question mark.</param>
/// <param name="Error">What is wrong, by column where it is a row.</param>
public sealed record DecodeError(int Line, string Text, string Error);
