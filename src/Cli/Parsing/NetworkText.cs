using System.Net;
using PpcJit.Kernel;
using PpcJit.Kernel.Networking.Backends;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Cli.Parsing;

/// <summary>
/// Reads what <c>--net</c> is given: <c>user,tftp=DIR,pcap=FILE,mac=02:00:5e:10:00:01</c>; a comma in a value is
/// written twice.
/// </summary>
public static class NetworkText
{
    private const string Option = "--net";
    private static readonly IPAddress DhcpGuest = new([10, 0, 2, 15]);
    private static readonly string[] Common = ["mac", "pcap"];

    private static readonly Dictionary<string, (NetworkKind Kind, string[] Keys)> Kinds = new()
    {
        ["none"] = (NetworkKind.None, Common),
        ["user"] = (NetworkKind.User, [.. Common, "tftp", "bootfile", "restrict", "hostfwd"]),
        ["tap"] = (NetworkKind.Tap, [.. Common, "ifname"]),
    };

    /// <summary>Reads the description of one interface's connection.</summary>
    /// <exception cref="InputException">It is not one.</exception>
    public static NetworkOptions Parse(string text)
    {
        List<string> parts = DoubledCommas.Split(text);
        if (!Kinds.TryGetValue(parts[0], out (NetworkKind Kind, string[] Keys) found))
        {
            throw new InputException(
                $"{Option} {text}: there is no network '{parts[0]}'; there is: "
                    + $"{string.Join(", ", Kinds.Keys)}.{NearestName.Question(parts[0], Kinds.Keys)}");
        }

        NetworkOptions options = new() { Kind = found.Kind };
        foreach (string part in parts.Skip(1))
        {
            int equals = part.IndexOf('=');
            string key = equals < 0 ? part : part[..equals];
            if (!found.Keys.Contains(key))
            {
                throw new InputException(
                    $"{Option} {text}: '{parts[0]}' has no option '{key}'; it has: "
                        + $"{string.Join(", ", found.Keys)}.{NearestName.Question(key, found.Keys)}");
            }

            string value = equals < 0 ? "" : part[(equals + 1)..];
            if (value.Length == 0)
                throw new InputException($"{Option} {text}: {key} needs a value, as in {key}={Example(key)}.");
            options = Apply(options, key, value);
        }

        return options;
    }

    private static string Example(string key) => key switch
    {
        "mac" => "02:00:5e:10:00:01",
        "pcap" => "frames.pcap",
        "tftp" => "FOLDER",
        "bootfile" => "uImage",
        "restrict" => "on",
        "hostfwd" => "tcp::2222-:22",
        _ => "tap0",
    };

    private static NetworkOptions Apply(NetworkOptions options, string key, string value) => key switch
    {
        "mac" => options with { Address = Address(value) },
        "pcap" => options with { CapturePath = value },
        "tftp" => options with { TftpFolder = value },
        "bootfile" => options with { BootFile = value },
        "restrict" => options with { IsRestricted = Switch(value) },
        "hostfwd" => options with { Forwardings = [.. options.Forwardings, Forwarding(value)] },
        _ => options with { InterfaceName = value },
    };

    private static MacAddress Address(string value)
    {
        if (!MacAddress.TryParse(value, out MacAddress address))
            throw new InputException($"{Option} mac={value}: '{value}' is not an Ethernet address such as {Example("mac")}.");
        if (address.IsGroup || address.Value == 0)
            throw new InputException(
                $"{Option} mac={value}: this is no station's address: the first byte must be even, and not all bytes 0.");
        return address;
    }

    private static bool Switch(string value) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new InputException($"{Option} restrict={value}: it is either on or off."),
    };

    /// <summary>
    /// Reads <c>tcp:[ADDRESS]:PORT-[ADDRESS]:PORT</c>, first the host's side, as QEMU has it, but that the host listens
    /// only on its loopback address unless another one is given.
    /// </summary>
    private static PortForwarding Forwarding(string value)
    {
        string[] parts = value.Split(':', 2);
        string[] ends = parts.Length == 2 ? parts[1].Split('-') : [];
        if (parts[0] is "tcp" or "udp" && ends.Length == 2 && EndPoint(ends[0], IPAddress.Loopback) is { } host
            && EndPoint(ends[1], DhcpGuest) is { } guest)
            return new PortForwarding(parts[0] == "udp", host, guest);
        throw new InputException(
            $"{Option} hostfwd={value}: expected tcp:[ADDRESS]:PORT-[ADDRESS]:PORT, host first, such as {Example("hostfwd")}.");
    }

    private static IPEndPoint? EndPoint(string text, IPAddress otherwise)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], out ushort port) || port == 0)
            return null;
        if (colon == 0)
            return new IPEndPoint(otherwise, port);
        bool isAddress = IPAddress.TryParse(text[..colon], out IPAddress? address) && address.AddressFamily == otherwise.AddressFamily;
        return isAddress ? new IPEndPoint(address!, port) : null;
    }
}
