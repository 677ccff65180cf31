using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.Settings;
using PpcJit.Jit.SoftPages;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Jit;

/// <summary>
/// Serves an access that missed the soft page tables: enters the page into the table, takes the exception, or has the
/// instruction done.
/// </summary>
/// <param name="processor">The processor.</param>
/// <param name="tables">The soft page tables.</param>
/// <param name="cache">The code pages.</param>
/// <param name="contexts">Knows what is observed.</param>
/// <param name="interpreter">Executes what nobody else can.</param>
/// <param name="options">Switches.</param>
internal sealed unsafe class MissServer(
    Processor processor, SoftPageTables tables, CodeCache cache, RunContexts contexts, InterpreterEngine interpreter,
    JitOptions options)
{
    /// <summary>
    /// Bytes of the smallest page that the TLB knows: within one, every byte has the translation of the first.
    /// </summary>
    private const uint SmallestPage = 1024;

    private readonly CpuState* _state = processor.State;

    /// <summary>Serves the access of the instruction at the PC.</summary>
    /// <param name="effective">Its address.</param>
    /// <param name="access">Load or store.</param>
    /// <param name="isMixed">Whether it is a load on behalf of stores that follow.</param>
    /// <returns>Whether the instruction is simply to be tried again.</returns>
    public bool Serve(uint effective, AccessKind access, bool isMixed = false)
    {
        TranslationFault fault = processor.Mmu.Translate(
            effective, access, out int entry, out uint physical, out StorageAttributes attributes);
        if (fault != TranslationFault.None)
        {
            if (entry >= 0 || fault == TranslationFault.TlbMiss)
                tables.NoteMiss(effective, access, unmatched: fault == TranslationFault.TlbMiss, isMixed);

            // Whatever the instruction is, its access at this address is the first to fail.
            processor.TakeData(fault, effective, access == AccessKind.Store);
            return false;
        }

        bool observed = contexts.IsObserved(entry, effective, physical, access);
        tables.Trim();
        if (!observed && tables.TryFill(effective, physical, attributes, entry, access))
            return true;
        if (access == AccessKind.Load || !options.StoreBesideCode || observed || !TryStore(effective, physical, attributes))
            interpreter.Step();
        return false;
    }

    /// <summary>
    /// Executes the access at the PC, with which a group begins that lies in two pages. Where that happens often, the access is
    /// to have no group.
    /// </summary>
    public void ServeCrossing() => ExecuteAlone(InstructionMarks.CrossesPages);

    /// <summary>
    /// Serves the load at the PC, with which a group begins that has stores: makes its page one that is written fast. Where that
    /// cannot be, the load is done alone, and where that happens often, its group is to have no stores.
    /// </summary>
    /// <param name="effective">Its address.</param>
    /// <returns>Whether the load is simply to be tried again.</returns>
    public bool ServeMixed(uint effective)
    {
        TranslationFault fault = processor.Mmu.Translate(
            effective, AccessKind.Load, out int entry, out uint physical, out StorageAttributes attributes);
        if (fault != TranslationFault.None)
            return Serve(effective, AccessKind.Load, isMixed: true);
        if (processor.Mmu.Translate(effective, AccessKind.Store, out entry, out physical, out attributes) == TranslationFault.None
            && !contexts.IsObserved(entry, effective, physical, AccessKind.Store))
        {
            tables.Trim();
            if (tables.TryFill(effective, physical, attributes, entry, AccessKind.Store))
                return true;
        }

        ExecuteAlone(InstructionMarks.LoadsAlone);
        return false;
    }

    private void ExecuteAlone(InstructionMarks mark)
    {
        int word = (int)(_state->Pc & 0xfff) >> 2;
        if (cache.Present.FindPage(_state->Pc) is { } page && page.Code.NoteAlone(word, _state->InstructionCount))
            cache.Note(page.Code, word, mark);
        interpreter.Step();
    }

    /// <summary>
    /// Executes a plain store at the PC whose address is translated already: to a page with code in it, mostly. Kernels
    /// keep a few variables beside the code that uses them, and a TLB miss handler's are written at each miss.
    /// </summary>
    /// <returns>False, with nothing done, when the interpreter must do it.</returns>
    private bool TryStore(uint effective, uint physical, StorageAttributes attributes)
    {
        if ((attributes & StorageAttributes.LittleEndian) != 0 || physical >= processor.Memory.RamEnd
            || cache.Present.FindPage(_state->Pc) is not { } page)
            return false;
        int word = (int)(_state->Pc & 0xfff) >> 2;
        DecodedInstruction store = page.Code.Decoded[word];
        CodeTraits traits = store.Traits;
        int size = traits.Size;
        if (traits.Kind != CodeKind.Store || traits.IsByteReversed || (effective & (SmallestPage - 1)) + size > SmallestPage)
            return false;
        cache.Note(page.Code, word, InstructionMarks.StoresBesideCode);
        processor.Memory.TryWrite(physical, size, _state->Gpr[store.T]);
        if (traits.Updates)
            _state->Gpr[store.A] = effective;
        _state->Pc += 4;
        _state->InstructionCount++;
        return true;
    }
}
