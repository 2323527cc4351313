using Agent.Text;

namespace Agent.Commands;

/// <summary><c>agent states [--json]</c>: what every value of the column <c>st</c> means.</summary>
internal static class StatesCommand
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("states", "Explains every TCP state: its code in /proc/net/tcp, its names, what it waits for.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(WriteJson);
            }
            else
            {
                Console.Out.Write(Table().Render(Style.ForOutput()));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static TextTable Table()
    {
        var table = new TextTable("ST", "KERNEL", "SS", "NETSTAT", "METRIC", "MEANING");
        foreach (TcpStateInfo state in TcpStates.All)
        {
            table.Row(
                Code(state), state.KernelName, state.SsName, state.NetstatName ?? "-", state.MetricValue, state.Meaning);
        }

        return table;
    }

    private static void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteObjects("states", TcpStates.All, state =>
        {
            json.WriteString("code", Code(state));
            json.WriteString("kernel", state.KernelName);
            json.WriteString("ss", state.SsName);
            json.WriteKnown("netstat", state.NetstatName);
            json.WriteString("state", state.MetricValue);
            json.WriteString("meaning", state.Meaning);
        });
        json.WriteEndObject();
    }

    private static string Code(TcpStateInfo state) => state.Code.ToString("X2", CultureInfo.InvariantCulture);
}
