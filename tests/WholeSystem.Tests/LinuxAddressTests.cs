using System.Security.Cryptography;

namespace PpcJit.WholeSystem.Tests;

/// <summary>DHCP, ping and TFTP, on an interface of each kind.</summary>
/// <param name="boardName">The board.</param>
/// <param name="imageName">Its image.</param>
/// <param name="console">The kernel's console.</param>
/// <param name="speed">Megabits per second of the interface.</param>
[TestFixture("ref405ep", LinuxImages.Wrapper, "ttyS0,115200", 100)]
[TestFixture("walnut", LinuxImages.Walnut, "ttyS0,9600", 100)]
[TestFixture("kilauea", LinuxImages.Kilauea, "ttyS0,115200", 1000)]
[TestFixture("obs600", LinuxImages.Obs600, "ttyS0,115200", 1000)]
internal sealed class LinuxAddressTests(string boardName, string imageName, string console, int speed)
    : LinuxNetworkFixture(boardName, imageName, console)
{
    [Test]
    public void Linux_gets_an_address_pings_the_gateway_and_fetches_a_file()
    {
        string printed = Boot(GuestRun.Jit, "udhcpc -n -q -i eth0\nping -c 2 10.0.2.2\ncd /tmp\n"
            + "tftp -g -r file.bin 10.0.2.2\nmd5sum file.bin\nifconfig eth0\nreboot -f\n", Live).Console;
        Assert.That(printed, Does.Contain($"eth0: link is up, {speed} FDX"));
        Assert.That(printed, Does.Match("lease of 10.0.2.15 obtained"));
        Assert.That(printed, Does.Contain("2 packets transmitted, 2 packets received, 0% packet loss"));
        Assert.That(printed, Does.Contain($"{Convert.ToHexStringLower(MD5.HashData(Served))}  file.bin"));
        Assert.That(printed, Does.Match("RX packets:[0-9]+ errors:0 dropped:0").And.Match("TX packets:[0-9]+ errors:0 dropped:0"));
    }
}
