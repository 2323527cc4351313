using Agent.Doctor.Checks;
using Agent.Text;

namespace Agent.Doctor;

/// <summary>The results of the checks, as text and as JSON.</summary>
internal static class DoctorReport
{
    private const string Gap = "  ";

    private static readonly CheckStatus[] Order = [CheckStatus.Ok, CheckStatus.Warning, CheckStatus.Failed, CheckStatus.Skipped];

    /// <summary>JSON. A contract.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<CheckResult> results, int? pid = null)
    {
        json.WriteStartObject();
        if (pid is { } number)
        {
            json.WriteNumber("pid", number);
        }

        json.WriteObjects("checks", results, result =>
        {
            json.WriteString("id", result.Id);
            json.WriteString("title", result.Title);
            json.WriteString("status", result.Finding.Status.Word());
            json.WriteString("found", result.Finding.Found);
            if (result.Finding.Fix is { } fix)
            {
                json.WriteString("fix", fix.ToString());
            }
        });
        json.WriteBoolean("ok", results.All(result => result.Finding.Status != CheckStatus.Failed));
        json.WriteEndObject();
    }

    /// <summary>Text: one line per check, and below it how to fix what is wrong.</summary>
    public static string Text(IReadOnlyList<CheckResult> results, Style style)
    {
        int statusWidth = Order.Max(status => status.Word().Length);
        int titleWidth = results.Max(result => result.Title.Length);
        string indent = new(' ', statusWidth + Gap.Length);
        var text = new StringBuilder();
        foreach (CheckResult result in results)
        {
            Finding finding = result.Finding;
            string status = finding.Status.Word();
            text.Append(Coloured(finding.Status, status, style)).Append(' ', statusWidth - status.Length).Append(Gap);
            text.Append(style.Heading(result.Title)).Append(' ', titleWidth - result.Title.Length).Append(Gap);
            string found = Printable.Of(finding.Found);
            text.AppendLine(finding.Status == CheckStatus.Skipped ? style.Faint(found) : found);
            foreach (string line in finding.Fix?.Lines ?? [])
            {
                text.Append(indent).Append("→ ").AppendLine(Printable.Of(line));
            }
        }

        return text.AppendLine().AppendLine(Summary(results)).ToString();
    }

    private static string Summary(IReadOnlyList<CheckResult> results) => string.Join(", ", Order
        .Select(status => (Status: status, Count: results.Count(result => result.Finding.Status == status)))
        .Where(pair => pair.Count > 0)
        .Select(pair => $"{pair.Count} {pair.Status.Word()}")) + ".";

    private static string Coloured(CheckStatus status, string word, Style style) => status switch
    {
        CheckStatus.Ok => style.Good(word),
        CheckStatus.Warning => style.Doubtful(word),
        CheckStatus.Failed => style.Bad(word),
        _ => style.Faint(word),
    };
}
