using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guest;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Tests.Builders;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Guest;

public sealed class DemoGuestTests
{
    [Test]
    public void The_embedded_guest_is_loaded_where_its_linker_script_says()
    {
        using Board board = TestBoard.Create(16);
        LoadedGuest guest = GuestLoader.Load(board, DemoGuest.Image, DemoGuest.DisplayName, TestBoard.Options);

        Assert.That(guest.Symbols!.TryFind("_start", out Symbol start), Is.True);
        Assert.That(board.Pc(), Is.EqualTo(start.Address));
        Assert.That(guest.Symbols.TryFind("vectors", out Symbol vectors), Is.True);
        Assert.That(vectors.Address, Is.EqualTo(0x00100000u));
        Assert.That(guest.Symbols.TryFind("user_sieve", out Symbol sieve), Is.True);
        Assert.That(sieve.Address >> 22, Is.EqualTo(0x40000000u >> 22));
    }

    [Test]
    public void The_embedded_guest_is_what_its_source_builds()
    {
        (int exitCode, byte[] output, string errors) =
            HostTool.Run("sh", "dash", HostTool.RepositoryFile("src/Kernel/Guest/build.sh"), "--check");
        if (exitCode == 2)
            Assert.Ignore(errors.Trim());

        Assert.That(exitCode, Is.Zero, Encoding.UTF8.GetString(output) + errors);
    }

    [Test]
    public void The_embedded_guest_also_succeeds_on_QEMU()
    {
        string[] version = Encoding.UTF8.GetString(HostTool.Run("qemu-system-ppc", "qemu-system-ppc", "-M", "help").Output).Split('\n');
        if (!Array.Exists(version, line => line.StartsWith("ref405ep", StringComparison.Ordinal)))
            Assert.Ignore("This qemu-system-ppc has no ref405ep board any more; versions up to 9.x have.");
        using TemporaryFile image = new(DemoGuest.Image.ToArray());
        (_, byte[] output, string errors) = HostTool.Run(
            "qemu-system-ppc", "qemu-system-ppc",
            "-M", "ref405ep", "-accel", "tcg,thread=single", "-display", "none", "-monitor", "none", "-no-reboot", "-serial", "stdio", "-kernel", image.Path);

        Assert.That(Encoding.ASCII.GetString(output), Does.Contain("(right)").And.EndWith(DemoGuest.SuccessText + "\r\n"), errors);
    }
}
