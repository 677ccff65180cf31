using PpcJit.Machine.Memory;

namespace PpcJit.Jit.Code;

/// <summary>
/// Which words of RAM hold instructions that were decoded. Kernels keep variables beside code: a store to another word
/// of such a page changes no code, and regions can do it themselves.
/// </summary>
internal sealed unsafe class CodeWords : IDisposable
{
    /// <summary>Logarithm of a word's size in bytes.</summary>
    public const int SizeLog = 2;

    /// <summary>Marks of a page that nobody stores to past the address space: nobody asks for them.</summary>
    private readonly uint _elsewhere;

    private readonly NativeBlock _marks;
    private readonly byte* _ram;

    /// <summary>Creates the marks for a board's RAM, none set.</summary>
    public CodeWords(PhysicalAddressSpace memory)
    {
        _elsewhere = memory.RamSize >> SizeLog;
        _marks = new NativeBlock(_elsewhere + (PhysicalAddressSpace.PageSize >> SizeLog));
        _ram = memory.Ram;
    }

    /// <summary>Where the mark of a host address is: this and the address divided by a word's size.</summary>
    public nint Base => (nint)_marks.Start - ((nint)_ram >> SizeLog);

    /// <summary>The marks of a page.</summary>
    /// <param name="physical">Physical address of its first byte.</param>
    public byte* Of(uint physical) => _marks.Start + Math.Min(physical >> SizeLog, _elsewhere);

    /// <inheritdoc/>
    public void Dispose() => _marks.Dispose();
}
