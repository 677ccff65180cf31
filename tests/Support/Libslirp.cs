using System.Net;
using System.Net.Sockets;
using PpcJit.Kernel.Networking.Backends;

namespace PpcJit.Tests.Support;

/// <summary>Tests of the user network take libslirp, which .ci/run installs.</summary>
internal static class Libslirp
{
    public static void Require()
    {
        if (!LibSlirp.IsInstalled)
            Assert.Ignore("libslirp is not installed (Debian: apt-get install libslirp0).");
    }

    /// <summary>A port of the host that nobody uses.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
