namespace Agent.Text;

/// <summary>JSON to standard output, indented, with a newline at the end.</summary>
internal static class JsonOutput
{
    /// <summary>The writer never holds much more than this.</summary>
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

    /// <summary>A member that is an array of objects, one for each item.</summary>
    public static void WriteObjects<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
            json.FlushIfLong();
        }

        json.WriteEndArray();
    }

    /// <summary>A member that is left out where its value is not known.</summary>
    public static void WriteKnown(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>For calls between the elements of a long array: the writer buffers everything until it is flushed.</summary>
    public static void FlushIfLong(this Utf8JsonWriter json)
    {
        if (json.BytesPending >= FlushAt)
        {
            json.Flush();
        }
    }
}
