namespace Agent.Export.Transport;

/// <summary>The file of request headers cannot be used. The message names file and line, and shows nothing of its content.</summary>
internal sealed class HeadersFileException(string message, Exception? inner = null) : IOException(message, inner);
