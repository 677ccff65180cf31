using System.Text;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Guests;
using PpcJit.Kernel.Loading;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Kernel.Tests.Guests;

public sealed class DemoGuestTests
{
    [Test]
    public void The_embedded_guest_is_loaded_where_its_linker_script_says()
    {
        using Board board = TestBoard.Create(16);
        LoadedGuest guest = GuestLoader.Load(board, DemoGuest.Image, DemoGuest.DisplayName, TestBoard.Options);

        Assert.That(guest.Symbols!.TryFind("_start", out Symbol? start), Is.True);
        Assert.That(board.Pc(), Is.EqualTo(start!.Address));
        Assert.That(guest.Symbols.TryFind("vectors", out Symbol? vectors), Is.True);
        Assert.That(vectors!.Address, Is.EqualTo(0x00100000u));
        Assert.That(guest.Symbols.TryFind("user_sieve", out Symbol? sieve), Is.True);
        Assert.That(sieve!.Address >> 22, Is.EqualTo(0x40000000u >> 22));
    }

    [Test]
    public void The_embedded_guest_gets_all_its_interrupts_and_reports_success()
    {
        using Board board = TestBoard.Create(16);
        using InterpreterEngine engine = new(board.Processor);
        using MemoryStream console = new();
        GuestLoader.Load(board, DemoGuest.Image, DemoGuest.DisplayName, TestBoard.Options with { CommandLine = "hello there" });

        RunResult result = new GuestSession(board, engine, new SilentConsole(console)).Run(new RunOptions { MaxInstructions = 100_000_000 });

        string text = Encoding.ASCII.GetString(console.ToArray());
        Assert.That(text, Does.Contain("16 MB of memory").And.Contain("command line: hello there").And.Contain("(right)"));
        Assert.That(text, Does.EndWith(DemoGuest.SuccessText + "\r\n"));
        Assert.That(result.StopReason, Is.EqualTo(StopReason.SystemReset));
        ExceptionKind[] expected =
        [
            ExceptionKind.DataStorage, ExceptionKind.External, ExceptionKind.SystemCall, ExceptionKind.Pit, ExceptionKind.Fit,
            ExceptionKind.DataTlbMiss, ExceptionKind.InstructionTlbMiss,
        ];
        Assert.That(result.Exceptions.Where(total => total.Count != 0).Select(total => total.Kind), Is.EquivalentTo(expected));
    }

    [Test]
    public void The_embedded_guest_is_what_its_source_builds()
    {
        (int exitCode, byte[] output, string errors) =
            HostTool.Run("sh", "dash", HostTool.RepositoryFile("guests/build.sh"), "--check");
        if (exitCode == 2)
            Assert.Ignore(errors.Trim());

        Assert.That(exitCode, Is.Zero, Encoding.UTF8.GetString(output) + errors);
    }

    [TestCase("demo")]
    [TestCase("uarea")]
    [TestCase("stress")]
    public void The_file_for_debuggers_belongs_to_the_guest(string name)
    {
        SymbolTable Symbols(string file)
        {
            using Board board = TestBoard.Create(16);
            return GuestLoader.Load(board, TestBoard.Options with
            {
                ImagePath = HostTool.RepositoryFile($"guests/{name}/{name}.elf"),
                SymbolsPath = HostTool.RepositoryFile($"guests/{name}/{file}"),
            }).Symbols!;
        }

        Assert.That(Symbols($"{name}.debug").All, Is.EqualTo(Symbols($"{name}.elf").All));
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
            "-M", "ref405ep", "-accel", "tcg,thread=single", "-display", "none", "-monitor", "none", "-no-reboot",
            "-serial", "stdio", "-kernel", image.Path);

        Assert.That(Encoding.ASCII.GetString(output), Does.Contain("(right)").And.EndWith(DemoGuest.SuccessText + "\r\n"), errors);
    }
}
