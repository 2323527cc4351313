using Agent.Export.Protobuf;

namespace Agent.Export.Answers;

/// <summary>
/// Reads an <c>ExportMetricsServiceResponse</c> (opentelemetry/proto/collector/metrics/v1/metrics_service.proto):
/// <c>partial_success</c> with <c>rejected_data_points</c> and <c>error_message</c>, or nothing. What is no such response is
/// refused, for then nothing that speaks OTLP has taken the export.
/// </summary>
internal static class ExportResponse
{
    private const int PartialSuccessField = 1, RejectedField = 1, MessageField = 2;

    /// <summary>Reads the binary form. A message without bytes is a success that says nothing more.</summary>
    public static bool TryReadProtobuf(ReadOnlySpan<byte> response, out Verdict success)
    {
        success = Verdict.Accepted;
        var fields = new ProtobufReader(response);
        while (fields.Next())
        {
            // A later version may have further fields; field 0 there is in none.
            if (fields.Field == 0 || (fields.Field == PartialSuccessField && (!fields.HasBytes || !TryReadPartial(fields.Bytes, ref success))))
            {
                return false;
            }
        }

        return !fields.IsBroken;
    }

    /// <summary>Reads the JSON form, which some servers answer to a binary request. Other servers answer in JSON too: any other key is not OTLP's.</summary>
    public static bool TryReadJson(ReadOnlyMemory<byte> response, out Verdict success)
    {
        success = Verdict.Accepted;
        try
        {
            using JsonDocument json = JsonDocument.Parse(response);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (!property.NameEquals("partialSuccess") || !TryReadPartial(property.Value, ref success))
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadPartial(ReadOnlySpan<byte> message, ref Verdict success)
    {
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case RejectedField when !fields.HasBytes:
                    success = success with { RejectedPoints = Math.Max(0, (long)fields.Number) };
                    break;
                case MessageField when fields.HasBytes:
                    success = success with { Warning = AnswerText.FirstLine(Encoding.UTF8.GetString(fields.Bytes)) };
                    break;
                case 0 or RejectedField or MessageField:
                    return false;
            }
        }

        return !fields.IsBroken;
    }

    private static bool TryReadPartial(JsonElement partial, ref Verdict success)
    {
        if (partial.ValueKind != JsonValueKind.Object)
        {
            return partial.ValueKind == JsonValueKind.Null;
        }

        foreach (JsonProperty property in partial.EnumerateObject())
        {
            if (property.NameEquals("rejectedDataPoints") && IsCount(property.Value, out long rejected))
            {
                success = success with { RejectedPoints = Math.Max(0, rejected) };
            }
            else if (property.NameEquals("errorMessage") && property.Value.ValueKind == JsonValueKind.String)
            {
                success = success with { Warning = AnswerText.FirstLine(property.Value.GetString()!) };
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A number of 64 bits is a string in protobuf's JSON; a plain number is read too.</summary>
    private static bool IsCount(JsonElement value, out long count)
    {
        count = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out count),
            JsonValueKind.String => long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out count),
            _ => false,
        };
    }
}
