using System.Numerics;
using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Code;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// How a region is left. There are two ways out, both shared by the whole region: <em>exit</em> returns to the
/// dispatcher with a reason, and <em>jump</em> goes on to the region of another address. Before either, the dirty
/// registers are stored.
/// </summary>
/// <param name="context">The place where IL is written.</param>
internal sealed class WaysOut(RegionContext context)
{
    private const int ReasonShift = 28;
    private const int AdjustShift = 12;

    private readonly IlWriter _il = context.Il;
    private readonly List<DirtyRegisters> _dirty = [];
    private readonly Label _exit = context.Il.DefineLabel();
    private readonly Label _jump = context.Il.DefineLabel();
    private readonly Label _lookUp = context.Il.DefineLabel();
    private LocalBuilder? _entryOffset;

    /// <summary>Where in the jump cache the entry of <see cref="RegionContext.Target"/> is, in bytes: a constant where the target is one.</summary>
    private LocalBuilder EntryOffset => _entryOffset ??= _il.DeclareLocal(typeof(uint), "jumpEntry");

    /// <summary>What leaving the region here must store.</summary>
    private DirtyRegisters Dirty
    {
        get
        {
            CrSources sources = context.Options.LazyCr ? context.Sources.Of(context.Changed) : CrSources.None;
            foreach (DirtyRegisters known in _dirty)
            {
                if (known.Changed == context.Changed && known.Sources.Equals(sources))
                    return known;
            }

            DirtyRegisters added = new(context.Changed, sources);
            _dirty.Add(added);
            return added;
        }
    }

    /// <summary>A place, out of the way, that leaves the region for the dispatcher.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="word">Index in the page of the next instruction.</param>
    /// <param name="adjust">
    /// For how many instructions the block has charged the budget that did not complete.
    /// </param>
    public Label Exit(ExitReason reason, int word, int adjust)
    {
        uint code = ((uint)reason << ReasonShift) | ((uint)adjust << AdjustShift) | (uint)(4 * word);
        DirtyRegisters dirty = Dirty;
        if (dirty.FindStub(WayOut.Exit, code) is { } known)
            return known.Label;
        Label stub = dirty.AddStub(WayOut.Exit, code, _il.DefineLabel());
        Label storer = StoreThen(WayOut.Exit);
        context.AddOutOfLine(() =>
        {
            _il.Mark(stub);

            // Not in the shared part: the last access's address would be alive wherever the region can be left.
            if (reason is ExitReason.ReadMiss or ExitReason.WriteMiss or ExitReason.MixedMiss or ExitReason.Step)
            {
                _il.Field(Offsets.FaultAddress);
                if (reason == ExitReason.Step)
                    _il.Int(context.Plan.WordAt(word));
                else
                    context.Effective.Load();
                _il.Op(OpCodes.Stind_I4);
            }

            _il.Int(code).Store(context.ExitCode).GoTo(storer);
        });
        return stub;
    }

    /// <summary>The same for the present instruction, which is not completed.</summary>
    public Label ExitHere(ExitReason reason) =>
        Exit(reason, context.Word, context.Block.Charged - context.Index);

    /// <summary>The same after the present instruction: its page may be another one now, so the dispatcher looks.</summary>
    public Label ExitAfter() => context.Word + 1 < CodePage.Words
        ? Exit(ExitReason.Dispatch, context.Word + 1, context.Block.Charged - context.Index - 1)
        : Jump(context.Address + 4);

    /// <summary>A place, out of the way, that goes on at another address.</summary>
    public Label Jump(uint target)
    {
        DirtyRegisters dirty = Dirty;
        if (dirty.FindStub(WayOut.Jump, target) is { } known)
            return known.Label;
        Label stub = dirty.AddStub(WayOut.Jump, target, _il.DefineLabel());
        Label storer = StoreThen(WayOut.Jump);
        context.AddOutOfLine(() =>
        {
            _il.Mark(stub).Int(target).Store(context.Target);
            _il.Int(JumpCacheEntry.IndexOf(target) << JumpCacheEntry.SizeLog).Store(EntryOffset).GoTo(storer);
        });
        return stub;
    }

    /// <summary>Goes on at the address in <see cref="RegionContext.Target"/>.</summary>
    public void JumpToTarget()
    {
        FindEntry();
        _il.GoTo(StoreThen(WayOut.Jump));
    }

    /// <summary>Stores the dirty registers here.</summary>
    public void StoreHere() => context.Registers.StoreToState(Dirty);

    /// <summary>
    /// Goes on at the address on the stack, with all registers and the PC stored. An odd one says that the dispatcher
    /// must look first.
    /// </summary>
    public void LookUpTarget()
    {
        _il.Store(context.Target);
        FindEntry();
        _il.GoTo(_lookUp);
    }

    /// <summary>An entry that may not be taken: no register has another value than in the state, so none is stored.</summary>
    /// <param name="word">Index in the page of the entry.</param>
    /// <param name="reason">Why: the budget, or the first instruction is to be executed without the region.</param>
    public Label RefuseEntry(int word, ExitReason reason)
    {
        Label refused = _il.DefineLabel();
        context.AddOutOfLine(() =>
        {
            _il.Mark(refused).Field(Offsets.Pc).Int(context.Plan.AddressOf(word)).Op(OpCodes.Stind_I4);
            _il.Field(Offsets.ExitReason).Int((uint)reason).Op(OpCodes.Stind_I4);
            if (reason == ExitReason.Step)
                _il.Field(Offsets.FaultAddress).Int(context.Plan.WordAt(word)).Op(OpCodes.Stind_I4);
            _il.Op(RegionMethod.Budget, OpCodes.Ret);
        });
        return refused;
    }

    /// <summary>Writes what the ways out share, after all blocks.</summary>
    public void Emit()
    {
        _dirty.Sort((one, other) => BitOperations.PopCount(one.Changed) - BitOperations.PopCount(other.Changed));
        EmitStorers(WayOut.Exit, _exit);
        EmitStorers(WayOut.Jump, _jump);
        EmitJump();
        EmitExit();
    }

    /// <summary>
    /// Calculates <see cref="EntryOffset"/> as <see cref="JumpCacheEntry.IndexOf"/> does; the shift by an entry's size is in the others.
    /// </summary>
    private void FindEntry()
    {
        LocalBuilder target = context.Target;
        _il.Load(target).Int(JumpCacheEntry.SizeLog - JumpCacheEntry.NearShift).Op(OpCodes.Shl);
        _il.Load(target).Int(JumpCacheEntry.FarShift - JumpCacheEntry.SizeLog).Op(OpCodes.Shr_Un, OpCodes.Xor);
        _il.Int((JumpCacheEntry.Count - 1) << JumpCacheEntry.SizeLog).Op(OpCodes.And).Store(EntryOffset);
    }

    /// <summary>A place that stores what is dirty here and goes on to the shared part of a way out.</summary>
    private Label StoreThen(WayOut way)
    {
        DirtyRegisters dirty = Dirty;
        return dirty.Storer(way) ?? dirty.SetStorer(way, _il.DefineLabel());
    }

    /// <summary>
    /// Writes those places. What is dirty only grows along a path, so each stores what the largest smaller set does
    /// not, and goes on to that one's place.
    /// </summary>
    private void EmitStorers(WayOut way, Label shared)
    {
        List<DirtyRegisters> done = [];
        foreach (DirtyRegisters dirty in _dirty)
        {
            if (dirty.Storer(way) is not { } storer)
                continue;
            DirtyRegisters? rest = done.FindLast(other => other.IsPartOf(dirty));
            _il.Mark(storer);
            context.Registers.StoreToState(dirty, rest?.Changed ?? 0);
            _il.GoTo(rest?.Storer(way) ?? shared);
            done.Add(dirty);
        }
    }

    /// <summary>The shared way back to the dispatcher.</summary>
    private void EmitExit()
    {
        LocalBuilder code = context.ExitCode;
        _il.Mark(_exit);
        _il.Field(Offsets.Pc).Load(code).Int(0xfff).Op(OpCodes.And);
        _il.Int(context.Plan.PageAddress).Op(OpCodes.Or, OpCodes.Stind_I4);
        _il.Field(Offsets.ExitReason).Load(code).Int(ReasonShift).Op(OpCodes.Shr_Un, OpCodes.Stind_I4);
        _il.Op(RegionMethod.Budget).Load(code).Int(AdjustShift).Op(OpCodes.Shr_Un).Int(0xffff).Op(OpCodes.And);
        _il.Op(OpCodes.Conv_U8, OpCodes.Add, OpCodes.Ret);
    }

    /// <summary>The shared way to another region: through the jump cache, else back to the dispatcher.</summary>
    private void EmitJump()
    {
        (LocalBuilder target, LocalBuilder entry) = (context.Target, context.Host);
        Label miss = _il.DefineLabel();
        _il.Mark(_jump).Field(Offsets.Pc).Load(target).Op(OpCodes.Stind_I4);

        // Here with the PC and all registers stored.
        _il.Mark(_lookUp);
        if (!context.Options.JumpCache)
            _il.GoTo(miss);
        _il.LoadField(Offsets.JumpCache, typeof(nint)).Load(EntryOffset).Op(OpCodes.Conv_U, OpCodes.Add).Store(entry);
        _il.Load(entry).Op(OpCodes.Conv_I, OpCodes.Ldind_U4).Load(target).Branch(OpCodes.Bne_Un, miss);
        _il.Op(RegionMethod.State, RegionMethod.Budget);
        _il.Load(entry).Op(OpCodes.Conv_I).Int(JumpCacheEntry.EntryOffset).Op(OpCodes.Add, OpCodes.Ldind_I4);
        _il.Load(entry).Op(OpCodes.Conv_I).Int(JumpCacheEntry.CodeOffset).Op(OpCodes.Add, OpCodes.Ldind_I);
        _il.TailCall(typeof(long), RegionMethod.Parameters);

        // An odd target is in no entry, so it comes here.
        _il.Mark(miss).Field(Offsets.ExitReason).Load(target).Int(1).Op(OpCodes.And);
        _il.Int((uint)ExitReason.Attention).Op(OpCodes.Mul, OpCodes.Stind_I4);
        _il.Op(RegionMethod.Budget, OpCodes.Ret);
    }
}
