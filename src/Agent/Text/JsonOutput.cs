using System.Text.Json;

namespace Agent.Text;

/// <summary>JSON to standard output, indented, with a line end.</summary>
internal static class JsonOutput
{
    /// <summary>What is written at once: much more is never held.</summary>
    private const int FlushAt = 64 * 1024;

    public static void Write(Action<Utf8JsonWriter> write)
    {
        Stream stream = StandardStreams.OutputBytes;
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, SkipValidation = true }))
        {
            write(json);
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>To be called between the elements of a long array: the writer holds back all that it is not told to write.</summary>
    public static void FlushIfLong(this Utf8JsonWriter json)
    {
        if (json.BytesPending >= FlushAt)
        {
            json.Flush();
        }
    }
}
