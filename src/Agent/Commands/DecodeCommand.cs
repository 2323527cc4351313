using Agent.Text;

namespace Agent.Commands;

/// <summary><c>agent decode [FILE|-] [--family ipv4|ipv6] [--byte-order little|big] [--json]</c>.</summary>
internal static class DecodeCommand
{
    private const string StandardInput = "-";
    private const string Little = "little";
    private const string Big = "big";

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The captured text; - or no file reads standard input.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => StandardInput,
        };
        var family = new Option<string?>("--family")
        {
            Description = "Accepts only rows of this address family; others are errors. Default: both, recognized by their width.",
            HelpName = "ipv4|ipv6",
        };
        family.AcceptOnlyFromAmong("ipv4", "ipv6");
        Option<string> order = CommonOptions.Choice(
            "--byte-order", "The byte order of the machine that the text was captured on.", Little, Little, Big);
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "decode",
            "Decodes text of /proc/net/tcp or tcp6, captured on any machine or pasted: line numbers, quoting by > or | and lines of "
            + "a prompt are ignored. Every row counts, including repeated ones. Addresses are decoded as those of a little-endian machine (x86, "
            + "arm64) unless --byte-order says otherwise: the text does not contain the byte order.")
        {
            file, family, order, json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!,
            parsed.GetValue(family) switch
            {
                "ipv4" => SocketFamily.Inet,
                "ipv6" => SocketFamily.Inet6,
                _ => null,
            },
            string.Equals(parsed.GetValue(order), Big, StringComparison.Ordinal) ? ByteOrder.Big : ByteOrder.Little,
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(string file, SocketFamily? family, ByteOrder order, bool json)
    {
        Stream text;
        DecodedSockets sockets;
        try
        {
            text = Open(file);
            sockets = new DecodedSockets(ProcNetTcpDecoder.Decode(text, family, order));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"agent: cannot read {Printable.Line(file)}: {IoFaults.Describe(file, exception)}");
            return ExitCode.Usage;
        }

        using (text)
        {
            if (json)
            {
                JsonOutput.Write(writer => DecodeReport.WriteJson(writer, sockets));
            }
            else
            {
                DecodeReport.WriteText(Console.Out, sockets, Style.ForOutput());
                Console.Out.Flush();
                Complain(file, sockets);
            }
        }

        if (sockets.LooksReversed)
        {
            string other = order == ByteOrder.Little ? Big : Little;
            Console.Error.WriteLine(
                $"agent: the addresses look reversed; if the listing is from a {other}-endian machine, decode it with --byte-order {other}.");
        }

        return sockets.HasErrors ? ExitCode.Incomplete : ExitCode.Success;
    }

    private static Stream Open(string file) => string.Equals(file, StandardInput, StringComparison.Ordinal)
        ? StandardStreams.OpenInput()
        : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    private static void Complain(string file, DecodedSockets sockets)
    {
        foreach (DecodeError error in sockets.Errors)
        {
            Console.Error.WriteLine($"{Printable.Line(file)}:{error.Line}: {error.Error}: \"{error.Text}\"");
        }
    }
}
