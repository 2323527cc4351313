using System.CommandLine.Parsing;
using Agent.Doctor.Proc;
using Agent.Tcp.Groups;
using Agent.Text;

namespace Agent.Commands;

/// <summary>The options of <c>snapshot</c> that group sockets: <c>--by</c>, <c>--state</c>, <c>--limit</c> and <c>--info</c>.</summary>
internal sealed class GroupOptions
{
    private const int MostGroups = 1_000_000;

    public Option<Grouping?> By { get; } = new("--by")
    {
        Description = "Groups the sockets: by service port, by peer, by process or by user.",
        HelpName = "port|peer|process|user",
        CustomParser = ParseBy,
    };

    public Option<uint?> State { get; } = new("--state")
    {
        Description = "With --by: only sockets in these states, such as close_wait,time_wait. agent states lists them.",
        HelpName = "STATE,…",
        CustomParser = ParseStates,
    };

    public Option<int?> Limit { get; } = new("--limit")
    {
        Description = "With --by: shows N groups, and the sum of the others as one more. Default: all.",
        HelpName = "N",
        CustomParser = CommonOptions.Number<int>(
            new(1, MostGroups), NumberStyles.None, $"--limit takes a number of groups from 1 to {MostGroups}"),
    };

    public Option<bool> Info { get; } = new("--info")
    {
        Description = "With --by peer: also shows round-trip times, retransmissions and what limits the senders.",
    };

    public void Validate(CommandResult result)
    {
        if (result.GetResult(By) is null && (result.GetResult(State) is not null || result.GetResult(Limit) is not null))
        {
            result.AddError("--state and --limit choose among groups, so they need --by.");
        }

        // Where --by has a fault of its own, that is told.
        if (result.GetValue(Info) && (result.GetResult(By) is not { } by || (!by.Errors.Any() && result.GetValue(By) != Grouping.Peer)))
        {
            result.AddError("--info tells of connections to peers, so it needs --by peer.");
        }
    }

    /// <summary>What they ask for; null without <c>--by</c>. Bound and inactive sockets are read only where they are asked for.</summary>
    public GroupsView? View(ParseResult parsed, TcpInstrumentationOptions options, bool isWatch)
    {
        if (parsed.GetValue(By) is not { } by)
        {
            return null;
        }

        bool withInfo = parsed.GetValue(Info);
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var query = new GroupQuery(
            by, parsed.GetValue(State), GroupRoom.CellsFor(by, withInfo, isWatch, memory), withInfo, GroupRoom.SocketsFor(memory));
        options.BoundInactive = query.States is not null && query.Wants(TcpState.BoundInactive) && options.Source != TcpSource.Procfs;
        bool areOthersHidden = by == Grouping.Process && HidePid.HidesOthersIn(options.ProcRoot);
        return new GroupsView(query, parsed.GetValue(Limit), isWatch, options, areOthersHidden);
    }

    private static Grouping? ParseBy(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        foreach (Grouping by in Enum.GetValues<Grouping>())
        {
            if (string.Equals(by.ToString().ToLowerInvariant(), text, StringComparison.Ordinal))
            {
                return by;
            }
        }

        result.AddError($"--by takes port, peer, process or user, not \"{text}\".");
        return null;
    }

    private static uint? ParseStates(ArgumentResult result)
    {
        uint states = 0;
        foreach (string name in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            int index = ConnectionOrder.States.ToList().FindIndex(state => string.Equals(TcpStates.MetricValue(state), name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                result.AddError($"--state takes names of states separated by commas, such as close_wait,time_wait, not \"{name}\". agent states lists them.");
                return null;
            }

            states |= 1u << (int)ConnectionOrder.States[index];
        }

        return states;
    }
}
