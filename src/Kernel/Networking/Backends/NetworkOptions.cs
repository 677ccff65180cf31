using System.Net;
using PpcJit.Machine.Devices.Ethernet;

namespace PpcJit.Kernel.Networking.Backends;

/// <summary>What is at the other end of a cable.</summary>
public enum NetworkKind
{
    /// <summary>Nothing: there is no link.</summary>
    None,

    /// <summary>A network of its own behind address translation (libslirp).</summary>
    User,

    /// <summary>A TAP device of the host.</summary>
    Tap,
}

/// <summary>What one Ethernet interface is connected to.</summary>
public sealed record NetworkOptions
{
    /// <summary>What is at the other end.</summary>
    public NetworkKind Kind { get; init; }

    /// <summary>The interface's address; null for the board's own choice.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>File that receives all frames in pcap format; null for none.</summary>
    public string? CapturePath { get; init; }

    /// <summary>User: folder whose files TFTP gives out; null for none.</summary>
    public string? TftpFolder { get; init; }

    /// <summary>User: name of the file that DHCP offers for booting; null for none.</summary>
    public string? BootFile { get; init; }

    /// <summary>User: whether the guest is kept from reaching the host and what is behind it.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>User: ports of the host through which the guest is reached.</summary>
    public IReadOnlyList<PortForwarding> Forwardings { get; init; } = [];

    /// <summary>Tap: name of the device; null lets the host choose one.</summary>
    public string? InterfaceName { get; init; }
}

/// <summary>A port of the host that leads to one of the guest.</summary>
/// <param name="IsUdp">Whether it is UDP; otherwise TCP.</param>
/// <param name="Host">Address and port on the host.</param>
/// <param name="Guest">Address and port of the guest.</param>
public sealed record PortForwarding(bool IsUdp, IPEndPoint Host, IPEndPoint Guest);
