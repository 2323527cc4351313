using System.Buffers.Binary;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>
/// A dump as a real kernel sent it, in a file: the asking socket's port, then each datagram after its length
/// (little-endian 32-bit numbers). The request's sequence number was 1.
/// </summary>
internal sealed class RecordedDump(uint port, List<byte[]> datagrams)
{
    public uint Port => port;

    public List<byte[]> Datagrams => datagrams;

    public static RecordedDump Load(string name)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(PathOf(name));
        uint port = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var datagrams = new List<byte[]>();
        for (bytes = bytes[4..]; !bytes.IsEmpty;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            datagrams.Add(bytes.Slice(4, length).ToArray());
            bytes = bytes[(4 + length)..];
        }

        return new RecordedDump(port, datagrams);
    }

    public void Save(string name)
    {
        using var writer = new BinaryWriter(File.Create(PathOf(name)));
        writer.Write(port);
        foreach (byte[] datagram in datagrams)
        {
            writer.Write(datagram.Length);
            writer.Write(datagram);
        }
    }

    private static string PathOf(string name) =>
        Path.Combine(Repository.Root, "tests", "Agent.Tcp.Tests", "SockDiag", "Dumps", "fixtures", name);

    /// <summary>
    /// Passes everything on to a real socket, and keeps what it answers. <paramref name="protocol"/>, when given, is asked
    /// for instead of TCP: a kernel answers for one that it has no module for as one without tcp_diag does for TCP.
    /// </summary>
    public sealed class Recorder(NetlinkTransport inner, byte? protocol = null) : ISockDiagTransport
    {
        private readonly List<byte[]> _datagrams = [];

        public bool IsOpen => inner.IsOpen;

        public uint Port => inner.Port;

        public RecordedDump Recorded { get; private set; } = new(0, []);

        public int Open() => inner.Open();

        public void Close() => inner.Close();

        public int Send(ReadOnlySpan<byte> request)
        {
            Recorded = new RecordedDump(inner.Port, _datagrams);
            byte[] sent = request.ToArray();
            if (protocol is { } other)
            {
                // sdiag_protocol of struct inet_diag_req_v2.
                sent[NlMsgHdr.Size + 1] = other;
            }

            return inner.Send(sent);
        }

        public int Receive(Span<byte> buffer, out uint sender)
        {
            int length = inner.Receive(buffer, out sender);
            if (length > 0)
            {
                _datagrams.Add(buffer[..length].ToArray());
            }

            return length;
        }

        public int Wait(TimeSpan time) => inner.Wait(time);

        public void Dispose() => inner.Dispose();
    }
}
