using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Cache management.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary>The data cache's line: what dcbz clears.</summary>
    private const uint LineSize = 32;

    /// <summary>
    /// There are no caches to manage but for lines without memory behind them: memory is always coherent. What remains of the cache
    /// instructions is what a
    /// program can see: privilege, the exceptions of the access, which counts as a load or as a store, and debug
    /// events.
    /// </summary>
    private bool Touch(uint effective, AccessKind access, bool debugStore) =>
        Translate(effective, access, out _, out _) && !(_watching && _processor.Debug.BeforeCacheOperation(effective, debugStore));

    /// <summary>Forgets the line of an address that only the cache holds.</summary>
    private bool Drop(uint effective, AccessKind access)
    {
        if (!_processor.DataCache.IsEmpty && Translate(effective, access, out uint physical, out _))
            _processor.DataCache.Drop(physical);
        return true;
    }

    /// <summary>A hint causes no exception: where the access would, it does nothing.</summary>
    private bool Hint(uint i)
    {
        uint effective = EaX(i);
        return !_watching
            || _processor.Mmu.Translate(effective, AccessKind.Load, out _, out _) != TranslationFault.None
            || !_processor.Debug.BeforeCacheOperation(effective, store: false);
    }

    /// <summary><c>dcbf rA,rB</c>: a load for protection, a store for debug events</summary>
    internal bool Dcbf(uint i) => Touch(EaX(i), AccessKind.Load, debugStore: true) && Drop(EaX(i), AccessKind.Load);

    /// <summary><c>dcbst rA,rB</c>: a load for protection, a store for debug events</summary>
    internal bool Dcbst(uint i) => Touch(EaX(i), AccessKind.Load, debugStore: true);

    /// <summary><c>dcbi rA,rB</c></summary>
    internal bool Dcbi(uint i) =>
        !Refused() && Touch(EaX(i), AccessKind.Store, debugStore: true) && Drop(EaX(i), AccessKind.Store);

    /// <summary><c>icbi rA,rB</c></summary>
    internal bool Icbi(uint i) => Touch(EaX(i), AccessKind.Load, debugStore: false);

    /// <summary><c>dcbt rA,rB</c></summary>
    internal bool Dcbt(uint i) => Hint(i);

    /// <summary><c>dcbtst rA,rB</c></summary>
    internal bool Dcbtst(uint i) => Hint(i);

    /// <summary>
    /// <c>icbt rA,rB</c>: in any state. A list of privileged instructions has it (page 5-16), its own page does not say
    /// so, and dcbt, which does the same for data, is not privileged: a hint has nothing to protect.
    /// </summary>
    internal bool Icbt(uint i) => Hint(i);

    /// <summary>
    /// <c>dcba rA,rB</c>: allocates a line. The architecture leaves its content open, the 405 sets it to 0 (page 9-47).
    /// Write-through and caching-inhibited storage, and whatever gives an exception for a store, make it do nothing.
    /// Where there is no memory the line is in the cache alone: see <see cref="DataCache"/>.
    /// </summary>
    internal bool Dcba(uint i)
    {
        uint effective = EaX(i);
        if (_processor.Mmu.Translate(
            effective, AccessKind.Store, out uint physical, out StorageAttributes attributes) != TranslationFault.None
            || (attributes & (StorageAttributes.WriteThrough | StorageAttributes.CacheInhibited)) != 0)
            return true;
        if (_watching && _processor.Debug.BeforeCacheOperation(effective, store: true))
            return false;
        if (_processor.Memory.PlainPage(physical, out bool writable) != null && writable)
            return ClearLine(effective, physical);
        _processor.DataCache.Establish(physical);
        return true;
    }

    /// <summary>
    /// <c>dcbz rA,rB</c>: clears a line; write-through and caching-inhibited storage give an alignment exception.
    /// </summary>
    internal bool Dcbz(uint i)
    {
        uint effective = EaX(i);
        if (!Translate(effective, AccessKind.Store, out uint physical, out StorageAttributes attributes))
            return false;
        if ((attributes & (StorageAttributes.WriteThrough | StorageAttributes.CacheInhibited)) != 0)
        {
            _processor.TakeAlignment(effective);
            return false;
        }

        if (_watching && _processor.Debug.BeforeCacheOperation(effective, store: true))
            return false;
        return ClearLine(effective, physical);
    }

    /// <summary>Clears a line; false when an observer stopped the machine instead.</summary>
    private bool ClearLine(uint effective, uint physical)
    {
        uint line = physical & ~(LineSize - 1);
        if (IsHeld(effective & ~(LineSize - 1), line, (int)LineSize, store: true))
            return false;
        _processor.DataCache.Establish(line);
        for (uint offset = 0; offset < LineSize; offset += 4)
        {
            if (!_processor.Memory.TryWrite(line + offset, 4, 0))
                _processor.ReportDataBusError();
        }

        return true;
    }

    /// <summary>
    /// <c>dccci rA,rB</c>: a store to its operand's address for protection, though it names a whole congruence class;
    /// no debug event
    /// </summary>
    internal bool Dccci(uint i)
    {
        if (Refused() || !Translate(EaX(i), AccessKind.Store, out _, out _))
            return false;
        _processor.DataCache.DropClass(EaX(i));
        return true;
    }

    /// <summary>
    /// <c>iccci rA,rB</c>: a load from its operand's address for protection, though it invalidates the whole cache; no
    /// debug event
    /// </summary>
    internal bool Iccci(uint i) => !Refused() && Translate(EaX(i), AccessKind.Load, out _, out _);

    /// <summary><c>dcread rT,rA,rB</c>: reads the cache arrays, which are empty.</summary>
    internal bool Dcread(uint i)
    {
        if (Refused() || Misaligned(EaX(i)))
            return false;
        _state->Gpr[Field.Rt(i)] = 0;
        return true;
    }

    /// <summary><c>icread rA,rB</c>: reads the cache arrays, which are empty, into the ICDBDR.</summary>
    internal bool Icread(uint i)
    {
        if (Refused())
            return false;
        _state->Icdbdr = 0;
        return true;
    }
}
