using System.Globalization;
using System.Text;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// Tables as Linux 6 prints them (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c), from rows recorded there: established,
/// listening and, every tenth, the shorter TIME_WAIT. IPv4 rows are padded to 149 characters, IPv6 rows are not.
/// </summary>
internal static class TableText
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const string Header6 =
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private const int PageSize = 4096;
    private const int Width = 149;

    public static byte[] Make(SocketFamily family, int rows)
    {
        bool inet = family == SocketFamily.Inet;
        var text = new StringBuilder();
        Add(text, inet ? Header : Header6, inet);
        for (int slot = 0; slot < rows; slot++)
        {
            Add(text, Row(slot, inet), inet);
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Where each <c>read()</c> would begin: the kernel puts whole rows into a page, as many as fit.</summary>
    public static int[] Pages(byte[] text)
    {
        var starts = new List<int> { 0 };
        while (starts[^1] < text.Length)
        {
            int start = starts[^1];
            int length = Math.Min(PageSize, text.Length - start);
            starts.Add(start + text.AsSpan(start, length).LastIndexOf((byte)'\n') + 1);
        }

        return [.. starts];
    }

    private static string Row(int slot, bool inet)
    {
        string local = (inet, slot % 4) switch
        {
            (true, _) => "0100007F",
            (false, 0) => "0000000000000000FFFF00000100007F",
            _ => "00000000000000000000000001000000",
        };
        int remotePort = 0x8000 + (slot % 0x7000);
        int inode = 24_000 + slot;
        return (slot % 10) switch
        {
            0 => Text($"{slot,4}: {local}:1F90 {local}:{remotePort:X4} 06 00000000:00000000 03:00000E1C 00000000     0        0 0 3 0000000000000000"),
            1 => Text($"{slot,4}: {local}:1F90 {new string('0', local.Length)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0000000000000000 100 0 0 10 0"),
            _ => Text($"{slot,4}: {local}:1F90 {local}:{remotePort:X4} 01 00000000:00000000 00:00000000 00000000  1000        0 {inode} 1 0000000000000000 20 4 30 10 -1"),
        };
    }

    private static void Add(StringBuilder text, string line, bool padded) => text.Append(padded ? line.PadRight(Width) : line).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
