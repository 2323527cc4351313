using System.Text.Json;

namespace Agent.Text;

/// <summary>JSON to a stream, indented, with a line end.</summary>
internal static class JsonOutput
{
    public static void Write(Stream stream, Action<Utf8JsonWriter> write)
    {
        using (stream)
        {
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            {
                write(json);
            }

            stream.WriteByte((byte)'\n');
        }
    }
}
