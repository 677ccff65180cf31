using PpcJit.Machine.Cpu;
using PpcJit.Machine.Isa;

namespace PpcJit.Machine.Interpreter;

/// <content>Cache management.</content>
public sealed unsafe partial class InterpreterEngine
{
    /// <summary>The data cache's line: what dcbz clears.</summary>
    private const uint LineSize = 32;

    /// <summary>
    /// There are no caches to manage: memory is always coherent. What remains of the cache instructions is what a program can see: privilege, and the
    /// exceptions of the access, which counts as a load or as a store.
    /// </summary>
    private bool Touch(uint i, AccessKind access) => Translate(EaX(i), access, out _, out _);

    /// <summary><c>dcbf rA,rB</c></summary>
    public bool Dcbf(uint i) => Touch(i, AccessKind.Load);

    /// <summary><c>dcbst rA,rB</c></summary>
    public bool Dcbst(uint i) => Touch(i, AccessKind.Load);

    /// <summary><c>dcbi rA,rB</c></summary>
    public bool Dcbi(uint i) => !Refused() && Touch(i, AccessKind.Store);

    /// <summary><c>icbi rA,rB</c></summary>
    public bool Icbi(uint i) => Touch(i, AccessKind.Load);

    /// <summary><c>dcbt rA,rB</c>: a hint, which never causes an exception</summary>
    public bool Dcbt(uint i) => true;

    /// <summary><c>dcbtst rA,rB</c>: a hint, which never causes an exception</summary>
    public bool Dcbtst(uint i) => true;

    /// <summary><c>icbt rA,rB</c>: a hint, which causes no exception of the access; unlike the data cache's hints it is privileged.</summary>
    public bool Icbt(uint i) => !Refused();

    /// <summary><c>dcba rA,rB</c>: allocates a line whose content is undefined; here it stays as it is</summary>
    public bool Dcba(uint i) => true;

    /// <summary><c>dcbz rA,rB</c>: clears a line; write-through and caching-inhibited storage give an alignment exception.</summary>
    public bool Dcbz(uint i)
    {
        uint effective = EaX(i);
        if (!Translate(effective, AccessKind.Store, out _, out StorageAttributes attributes))
            return false;
        if ((attributes & (StorageAttributes.WriteThrough | StorageAttributes.CacheInhibited)) != 0)
        {
            _processor.TakeAlignment(effective);
            return false;
        }

        uint line = effective & ~(LineSize - 1);
        for (uint offset = 0; offset < LineSize; offset += 4)
            Store(line + offset, 4, 0);
        return true;
    }

    /// <summary><c>dccci rA,rB</c>: can lose data of its congruence class, so the address counts as stored to.</summary>
    public bool Dccci(uint i) => !Refused() && Touch(i, AccessKind.Store);

    /// <summary><c>iccci rA,rB</c></summary>
    public bool Iccci(uint i) => !Refused() && Touch(i, AccessKind.Load);

    /// <summary><c>dcread rT,rA,rB</c>: reads the cache arrays, which are empty.</summary>
    public bool Dcread(uint i)
    {
        if (Refused() || Misaligned(EaX(i)))
            return false;
        _state->Gpr[Field.Rt(i)] = 0;
        return true;
    }

    /// <summary><c>icread rA,rB</c>: reads the cache arrays, which are empty, into the ICDBDR.</summary>
    public bool Icread(uint i)
    {
        if (Refused())
            return false;
        _state->Icdbdr = 0;
        return true;
    }
}
