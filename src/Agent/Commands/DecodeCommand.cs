using System.CommandLine;
using Agent.Tcp;
using Agent.Text;

namespace Agent.Commands;

/// <summary><c>agent decode [FILE|-] [--family ipv4|ipv6] [--json]</c>.</summary>
internal static class DecodeCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The captured text; - or nothing reads standard input.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => StandardInput,
        };
        var family = new Option<string?>("--family")
        {
            Description = "Takes only rows of this address width; others are errors. Default: both, told from the width.",
            HelpName = "ipv4|ipv6",
        };
        family.AcceptOnlyFromAmong("ipv4", "ipv6");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("decode", "Decodes text of /proc/net/tcp or tcp6, captured on any machine.") { file, family, json };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(family), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string file, string? family, bool json)
    {
        byte[] text;
        try
        {
            text = Read(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"agent: cannot read {file}: {exception.Message}");
            return ExitCode.Usage;
        }

        DecodedListing listing = ProcNetTcpDecoder.Decode(text, family switch
        {
            "ipv4" => SocketFamily.Inet,
            "ipv6" => SocketFamily.Inet6,
            _ => null,
        });
        if (json)
        {
            JsonOutput.Write(writer => DecodeJson.Write(writer, listing));
        }
        else
        {
            Console.Out.Write(DecodeText.Render(listing, Style.ForOutput()));
            Complain(file, listing);
        }

        return listing.Errors.Count == 0 ? ExitCode.Success : ExitCode.Incomplete;
    }

    private static byte[] Read(string file)
    {
        if (!string.Equals(file, StandardInput, StringComparison.Ordinal))
        {
            return File.ReadAllBytes(file);
        }

        using Stream input = StandardStreams.OpenInput();
        using var memory = new MemoryStream();
        input.CopyTo(memory);
        return memory.ToArray();
    }

    private static void Complain(string file, DecodedListing listing)
    {
        foreach (DecodeError error in listing.Errors)
        {
            Console.Error.WriteLine($"{file}:{error.Line}: {error.Error}: \"{error.Text}\"");
        }
    }
}
