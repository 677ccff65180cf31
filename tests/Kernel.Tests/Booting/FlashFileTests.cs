using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Kernel.Tests.Booting;

/// <summary>The file behind a flash: when it is written, and when not.</summary>
internal sealed class FlashFileTests
{
    private const int Size = 512 << 10;
    private static readonly BoardDescription Description = BoardCatalog.Find(Ref405ep.Name)!;

    private readonly List<string> _notices = [];
    private TemporaryFile _file = null!;
    private Board _board = null!;
    private InterpreterEngine _engine = null!;
    private GuestMachine _machine = null!;
    private FlashFile _flash = null!;
    private FlashKeeper _keeper = null!;

    [SetUp]
    public void Create()
    {
        byte[] contents = new byte[Size];
        contents.AsSpan().Fill(0xff);
        _file = new TemporaryFile(contents);
        _notices.Clear();
        _flash = FlashFile.Open(new FlashOptions(_file.Path), new BootOptions { ImagePath = "" }, Description);
        _board = Description.Create(new BoardOptions { MemoryBytes = 16 << 20, FlashBytes = Size });
        _flash.Load(_board);
        _engine = new InterpreterEngine(_board.Processor);
        _board.Memory.TryWrite(0x1000, 4, 0x48000000); // b .
        unsafe
        {
            _board.Processor.State->Pc = 0x1000;
            _board.Processor.State->InstructionCount = _board.Events.InstructionsPerSecond * 10;
        }

        _machine = new GuestMachine(_board, _engine, new SilentConsole());
        _keeper = new FlashKeeper(_machine, _flash, _notices.Add);
    }

    [TearDown]
    public void Free()
    {
        _engine.Dispose();
        _board.Dispose();
        _file.Dispose();
    }

    [Test]
    public void What_is_programmed_is_written_at_the_end_and_no_sooner_while_commands_come()
    {
        Program(0x100, 0x12);
        _machine.Run(_machine.Count + 1_000_000);
        Assert.That(File.ReadAllBytes(_file.Path)[0x100], Is.EqualTo(0xff), "less than a second has gone by");
        _keeper.Complete();
        Assert.That(File.ReadAllBytes(_file.Path)[0x100], Is.EqualTo(0x12));
    }

    [Test]
    public void A_second_without_a_command_writes_the_file_during_the_run()
    {
        Program(0x100, 0x12);
        unsafe
        {
            _board.Processor.State->InstructionCount += _board.Events.InstructionsPerSecond;
        }

        _machine.Run(_machine.Count + 1000);
        Assert.That(File.ReadAllBytes(_file.Path)[0x100], Is.EqualTo(0x12));
    }

    [Test]
    public void Going_back_writes_what_stood_at_the_live_end_and_the_past_is_never_written()
    {
        MachineCheckpoint before = _machine.Keep();
        byte[] erased = _board.Flash!.Content.ToArray();
        Program(0x100, 0x12);
        _machine.Run(_machine.Count + 100_000);
        _machine.Restore(before);
        _board.Memory.TryCopyIn(0xfff80000, erased);
        Assert.That(File.ReadAllBytes(_file.Path)[0x100], Is.EqualTo(0x12));
        _keeper.Complete();
        Assert.That(File.ReadAllBytes(_file.Path)[0x100], Is.EqualTo(0x12), "the machine stands in its past");
    }

    [Test]
    public void A_file_that_another_program_changed_stays_and_the_flash_goes_beside_it()
    {
        Program(0x100, 0x12);
        byte[] other = new byte[Size];
        File.WriteAllBytes(_file.Path, other);
        OutputException error = Assert.Throws<OutputException>(() => _keeper.Complete())!;
        string aside = _file.Path + ".guest-1";
        Assert.That(error.Message, Does.Contain("another program has changed the file").And.Contain(aside));
        Assert.That(File.ReadAllBytes(_file.Path), Is.EqualTo(other));
        Assert.That(File.ReadAllBytes(aside)[0x100], Is.EqualTo(0x12));
        File.Delete(aside);
    }

    [Test]
    public void A_file_that_was_cut_off_meanwhile_is_a_changed_one_and_it_is_said_once_during_the_run()
    {
        Program(0x100, 0x12);
        File.WriteAllBytes(_file.Path, [1, 2, 3]);
        for (int n = 0; n < 3; n++)
        {
            unsafe
            {
                _board.Processor.State->InstructionCount += 2 * _board.Events.InstructionsPerSecond;
            }

            _machine.Run(_machine.Count + 1000);
        }

        Assert.That(_notices, Has.Count.EqualTo(1));
        Assert.That(_notices[0], Does.Contain("Another program has changed"));
        Assert.That(File.ReadAllBytes(_file.Path), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Nothing_is_written_when_nothing_was_programmed_or_the_flash_is_a_snapshot()
    {
        DateTime written = File.GetLastWriteTimeUtc(_file.Path);
        _keeper.Complete();
        FlashFile snapshot = FlashFile.Open(new FlashOptions(_file.Path) { Keeping = FileKeeping.Snapshot }, new BootOptions {
            ImagePath = "" }, Description);
        Program(0x100, 0x12);
        Assert.That(snapshot.Save(_board.Flash!), Is.False);
        Assert.That(File.GetLastWriteTimeUtc(_file.Path), Is.EqualTo(written));
    }

    private void Program(uint offset, uint data)
    {
        foreach ((uint at, uint value) in (ReadOnlySpan<(uint, uint)>)[(0x555, 0xaa), (0x2aa, 0x55), (0x555, 0xa0), (offset, data)])
            _board.Memory.TryWrite(0xfff80000 + at, 1, value);
        _engine.Run(_machine.Count + 10_000);
    }
}
