namespace Agent.Tests.Commands;

/// <summary>Captured listings.</summary>
internal static class Listings
{
    /// <summary>A Linux 2.6 machine of 64 bits: wide pointers, a short TIME_WAIT row.</summary>
    public const string Old = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:08A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7321 1 ffff81002f449980 3000 0 0 2 -1
           1: 00000000:006F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6656 1 ffff81003a30c080 3000 0 0 2 -1
           2: 00000000:0272 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6733 1 ffff81003a30c6c0 3000 0 0 2 -1
           3: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7411 1 ffff81002f448d00 3000 0 0 2 -1
           4: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7520 1 ffff81002f4486c0 3000 0 0 2 -1
           5: 0100007F:089F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7339 1 ffff81002f449340 3000 0 0 2 -1
           6: 0100007F:E753 0100007F:0016 01 00000000:00000000 02:000AFA92 00000000   500        0 18198 2 ffff81002f448080 204 40 20 2 -1
           7: 0100007F:E752 0100007F:0016 06 00000000:00000000 03:000005EC 00000000     0        0 0 2 ffff81000805dc00

        """;

    /// <summary>Rows of tcp6 without a header: a listener on ::, and an IPv4 connection over a dual-stack listener.</summary>
    public const string Ipv6 = """
           0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0000000000000000 100 0 0 10 0
           1: 0000000000000000FFFF00000100007F:0016 0000000000000000FFFF00000100007F:C350 01 00000010:00000020 01:00000014 00000003  1000        0 101 1 0000000000000000 20 4 30 10 -1

        """;

    /// <summary>Of an s390x machine: a listener on 127.0.0.1, and an IPv4 connection over a dual-stack listener.</summary>
    public const string BigEndian = """
           0: 7F000001:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0000000000000000 100 0 0 10 0
           1: 00000000000000000000FFFF7F000001:0016 00000000000000000000FFFF7F000001:C350 01 00000000:00000000 00:00000000 00000000  1000        0 101 1 0000000000000000 20 4 30 10 -1

        """;

    public const string TornRow = "   0: 0100007F:08A0 0000";

    /// <summary>A table of so many connections, of one user or of as many.</summary>
    public static string Many(int rows, bool ofManyUsers = false) => string.Concat(Enumerable.Range(0, rows).Select(slot => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{slot,4}: 0100007F:1F90 {slot:X8}:{slot & 0xFFFF:X4} 01 00000000:00000000 00:00000000 00000000 {1000 + (ofManyUsers ? slot : 0),5}        0 {24_000 + slot} 1 0000000000000000 20 4 30 10 -1\n")));
}
