using System.Text;
using PpcJit.Kernel.Loading;
using PpcJit.Lab.Kernels;
using PpcJit.Machine.Boards;

namespace PpcJit.Lab.Tests.Kernels;

/// <summary>
/// Memory as NetBSD/evbppc 7.99 leaves it, with three lwps: the first one runs, a soft interrupt's waits on a direct-mapped stack, and that of init
/// sleeps on one in kernel virtual memory whose two pages are far from each other.
/// </summary>
internal sealed class SyntheticNetBsd : IDisposable
{
    public const uint Pmap = 0x300000, First = 0x310000, Soft = 0x312000, Init = 0x314000, Zero = 0x320000, InitProcess = 0x322000,
        Cpu = 0x324000, List = 0x326000, InitPointer = 0x326010, Dispatch = 0x328000, MissHandler = 0x329000, Reserved = 0x326020, Text = 0x400000;

    /// <summary>The u-areas, and the frames of the two pages of the one in kernel virtual memory.</summary>
    public const uint FirstArea = 0x1000000, SoftArea = 0x1010000, InitArea = 0x84004000, LowPage = 0x700000, HighPage = 0x500000;

    private const uint Segment = 0x600000;

    private readonly uint _shift;

    /// <summary>Makes it.</summary>
    /// <param name="shift">Bytes by which members of an lwp and of cpu_info are elsewhere than in that version.</param>
    public SyntheticNetBsd(uint shift = 0)
    {
        _shift = shift;
        Board = TestBoard.Create();
        Write(List, Soft);
        Write(InitPointer, InitProcess);
        Write(Reserved, 3);

        // The table for 64 MB from 0x84000000 on; that for the segment before lies behind it.
        Write(Pmap + 16 + (4 * 33), Segment);
        Write(Segment + 4, LowPage | 0x300);
        Write(Segment + 8, HighPage | 0x300);
        Lwp(First, FirstArea, Zero, 0, "swapper");
        Lwp(Soft, SoftArea, Zero, Init, "softnet/0");
        Lwp(Init, InitArea, InitProcess, First, null);
        Process(Zero, 0, "system", Soft);
        Process(InitProcess, 1, "init", Init);
        Run(First, FirstArea);
        Write(FirstArea, Pmap);
        Write(SoftArea, Pmap);
        Write(LowPage, 0x380000);
        Write(Dispatch, 0x38250000 | 0x7f00); // addi r1,r5,32512
        Sleep(SoftArea, SoftArea, 0x7e00, Text + 0x10);
        Sleep(LowPage, InitArea, 0x7d00, Text + 0x20);
    }

    public Board Board { get; }

    public SymbolTable Symbols { get; } = new(
    [
        Data("kernel_pmap_", Pmap), Data("lwp0", First), Data("proc0", Zero), Data("cpu_info", Cpu), Data("alllwp", List),
        Data("initproc", InitPointer), Data("tlb_nreserved", Reserved), new Symbol("softint_fast_dispatch", Dispatch, 0, SymbolKind.Function, true),
        new Symbol("s4xx_miss", MissHandler, 0, SymbolKind.Label, false), new Symbol("inner", MissHandler + 0x40, 0, SymbolKind.Label, false),
        new Symbol("behind", MissHandler + 0xdc, 0x40, SymbolKind.Function, true), new Symbol("mi_switch", Text, 0x100, SymbolKind.Function, true),
    ]);

    public GuestKernel Kernel(string name = KernelCatalog.Auto, IStructureLayouts? layouts = null,
        Func<KernelDescription, KernelDescription>? keys = null) =>
        new(Board, name, new KernelFacts([Symbols], new Lazy<IStructureLayouts?>(layouts), Board.Memory.RamSize), keys);

    /// <summary>Lets an lwp run.</summary>
    public void Run(uint lwp, uint area)
    {
        Write(Cpu + 336 + _shift, lwp);
        Write(Cpu + 340 + _shift, area);
    }

    public void Write(uint physical, uint value) => Assert.That(Board.Memory.TryWrite(physical, 4, value), Is.True);

    public void Dispose() => Board.Dispose();

    private static Symbol Data(string name, uint address) => new(name, address, 0x100, SymbolKind.Data, true);

    private void Lwp(uint lwp, uint area, uint process, uint next, string? name)
    {
        Write(lwp + 24 + _shift, area);
        Write(lwp + 44 + _shift, lwp switch { First => 7u, Soft => 1, _ => 3 });
        Write(lwp + 0x118 + _shift, next);
        Write(lwp + 0x124 + _shift, process);
        if (name is null)
            return;
        Write(lwp + 0x144 + _shift, lwp + 0x800);
        Text8(lwp + 0x800, name);
    }

    private void Process(uint process, uint number, string name, uint lwps)
    {
        Write(process + 0x80, number);
        Write(process + 0x80 + 28, lwps);
        Text8(process + 0x1d1, name);
    }

    /// <summary>What cpu_switchto leaves: its frame, one with r30 and r31, and that of the function that called it.</summary>
    private void Sleep(uint memory, uint area, uint stack, uint pc)
    {
        uint upper = area == InitArea ? HighPage - 0x4000 : memory;
        Write(memory + 4, area + stack);
        uint[] frames = [stack, stack + 0x80, stack + 0x90, stack + 0xb0];
        for (int n = 0; n < 3; n++)
            Write(upper + frames[n], area + frames[n + 1]);
        Write(upper + stack + 12, 0x22000000);
        for (uint n = 14; n < 30; n++)
            Write(upper + stack + 24 + (4 * (n - 14)), 0x1400 + n);
        Write(upper + frames[1] + 8, 0x1430);
        Write(upper + frames[1] + 12, 0x1431);
        Write(upper + frames[2] + 4, pc);
        Write(upper + frames[3] + 4, Text + 0x80);
    }

    private void Text8(uint physical, string text) => Assert.That(Board.Memory.TryCopyIn(physical, Encoding.ASCII.GetBytes(text + "\0")), Is.True);
}
