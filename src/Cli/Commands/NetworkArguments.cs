using System.CommandLine;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Kernel.Networking;

namespace PpcJit.Cli.Commands;

/// <summary>The options that plug cables into a board.</summary>
internal sealed class NetworkArguments
{
    private readonly Option<string[]> _net = new("--net")
    {
        Description = "What the Ethernet interface is connected to: user (NAT, DHCP, DNS and TFTP through libslirp), "
            + "tap (a TAP device of the host) or none, "
            + "then options after commas: mac=ADDRESS, pcap=FILE; user: tftp=FOLDER, bootfile=NAME, "
            + "hostfwd=tcp::PORT-:PORT (the host listens on 127.0.0.1; "
            + "tcp:0.0.0.0:PORT-:PORT on all its addresses), restrict=on; tap: ifname=NAME. "
            + "Given again, it is the next interface.",
        HelpName = "KIND,...",
        DefaultValueFactory = _ => [],
        CompletionSources = { _ => (string[])["user", "tap", "none"] },
    };

    private readonly Option<string?> _replay = Replay();

    /// <summary>Creates the option that replays a recording.</summary>
    public static Option<string?> Replay() => new("--net-replay")
    {
        Description = "Let happen again what came over the network and from the keyboard in the run that --save-run "
            + "wrote to FILE (or in a recording of an older version): the same guest goes through the same states, on "
            + "any engine.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command that does a recorded run again.</summary>
    public void AddForRecordedTo(Command command) => command.Add(_net);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_net, _replay])
            command.Add(option);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="InputException">One cannot be used.</exception>
    public NetworkSettings Read(ParseResult parsed)
    {
        return new NetworkSettings
        {
            Interfaces = [.. (parsed.GetValue(_net) ?? []).Select(NetworkText.Parse)],
            ReplayPath = parsed.GetValue(_replay),
        };
    }
}
