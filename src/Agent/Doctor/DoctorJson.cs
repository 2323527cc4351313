using System.Text.Json;

namespace Agent.Doctor;

/// <summary>What the doctor found, for programs. The shape is a contract.</summary>
internal static class DoctorJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<CheckResult> results, int? pid = null)
    {
        json.WriteStartObject();
        if (pid is { } number)
        {
            json.WriteNumber("pid", number);
        }

        json.WriteStartArray("checks");
        foreach (CheckResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("id", result.Id);
            json.WriteString("title", result.Title);
            json.WriteString("status", result.Finding.Status.Word());
            json.WriteString("found", result.Finding.Found);
            if (result.Finding.Mend is { } mend)
            {
                json.WriteString("mend", mend.ToString());
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("ok", results.All(result => result.Finding.Status != CheckStatus.Failed));
        json.WriteEndObject();
    }
}
