using System.Reflection.Emit;
using PpcJit.Jit.Analysis;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Does turns of a loop that only copies or fills by moves of many bytes: as many as would have been executed without look-ups, but for the
/// last one and those whose bytes are no multiple of what is moved at once. Nothing of them can fail or be seen from outside.
/// </summary>
/// <param name="context">The place where IL is written.</param>
/// <param name="versions">Knows how far turns go without look-ups.</param>
internal sealed class BlockMover(RegionContext context, LoopVersions versions)
{
    /// <summary>Fewer bytes are left to the loop.</summary>
    private const int LeastBytes = 2 * BlockMove.Unit;

    private readonly IlWriter _il = context.Il;
    private LocalBuilder? _turns;
    private LocalBuilder? _from;
    private LocalBuilder? _end;
    private LocalBuilder? _distance;

    private LocalBuilder Turns => _turns ??= _il.DeclareLocal(typeof(long), "movedTurns");

    /// <summary>Host address of what is copied next, or of what is filled next.</summary>
    private LocalBuilder From => _from ??= _il.DeclareLocal(typeof(long), "moveFrom");

    /// <summary>Number of bytes, and then where <see cref="From"/> ends.</summary>
    private LocalBuilder End => _end ??= _il.DeclareLocal(typeof(long), "moveEnd");

    /// <summary>How far what is copied goes in host memory; or what is filled in.</summary>
    private LocalBuilder Distance => _distance ??= _il.DeclareLocal(typeof(long), "moveDistance");

    /// <summary>Before turns without look-ups: does as many as it can.</summary>
    public void Move(VersionedLoop version, BlockMove move)
    {
        Label aside = _il.DefineLabel(), done = _il.DefineLabel();
        PushTurnsBeforeLast().Int((uint)Math.Max(1, LeastBytes / move.Target.Step)).Branch(OpCodes.Bge_Un, aside).Mark(done);
        context.AddOutOfLine(() =>
        {
            _il.Mark(aside);
            CountTurns(version, move, done);
            if (move.Source is { } source)
                Copy(move, source, done);
            else
                Fill(move);
            SkipTurns(version, move);
            _il.GoTo(done);
        });
    }

    /// <summary>CTR says how many turns are left; the last one is executed.</summary>
    private IlWriter PushTurnsBeforeLast()
    {
        context.Resource(Resources.CtrNumber).Int(1).Op(OpCodes.Sub);
        return _il;
    }

    /// <summary>Finds how many turns to do, those of a whole number of units, and how many bytes they move.</summary>
    private void CountTurns(VersionedLoop version, BlockMove move, Label done)
    {
        Label fits = _il.DefineLabel();
        PushTurnsBeforeLast().Op(OpCodes.Conv_U8).Store(Turns);
        versions.PushLastBudget(version, _il.Op(RegionMethod.Budget)).Op(OpCodes.Sub).Long(1).Op(OpCodes.Sub);
        _il.Long(version.Block.Instructions.Length).Op(OpCodes.Div_Un).Store(context.Wide);
        _il.Load(Turns).Load(context.Wide).Branch(OpCodes.Ble_Un, fits).Load(context.Wide).Store(Turns).Mark(fits);
        if (move.Cleared is { } cleared)
            LimitToCleared(move, cleared, done);
        if (move.TurnsOfUnit > 1)
            _il.Load(Turns).Long(-move.TurnsOfUnit).Op(OpCodes.And).Store(Turns);
        _il.Load(Turns).Branch(OpCodes.Brfalse, done);
        _il.Load(Turns).Long(move.Target.Step).Op(OpCodes.Mul).Store(End);
    }

    /// <summary>
    /// What a dcbz clears is written over, if it is the same bytes: so all it needs is that their page may be cleared. The turns end with that page.
    /// </summary>
    private void LimitToCleared(BlockMove move, SteppedBase cleared, Label done)
    {
        Label fits = _il.DefineLabel();
        versions.PushLowest(move.Target);
        _il.Store(context.Scratch).Load(context.Scratch).Int(BlockMove.Unit - 1).Op(OpCodes.And).Branch(OpCodes.Brtrue, done);
        versions.PushLowest(cleared);
        _il.Int(~(BlockMove.Unit - 1u)).Op(OpCodes.And).Load(context.Scratch).Branch(OpCodes.Bne_Un, done);
        context.Pages.PushClearEntry(context.Scratch);
        _il.Load(versions.AddendOf(move.Target)).Branch(OpCodes.Bne_Un, done);
        _il.Int(PageLookup.PageSize).Load(context.Scratch).Int(PageLookup.PageSize - 1).Op(OpCodes.And, OpCodes.Sub);
        _il.Int(BlockMove.Unit).Op(OpCodes.Div_Un, OpCodes.Conv_U8).Store(context.Wide);
        _il.Load(Turns).Load(context.Wide).Branch(OpCodes.Ble_Un, fits).Load(context.Wide).Store(Turns).Mark(fits);
    }

    /// <summary>
    /// Copies, unless what is written would be read by a later turn, or lies so near before it that the order in a turn matters.
    /// </summary>
    private void Copy(BlockMove move, SteppedBase source, Label done)
    {
        PushHost(source).Store(From);
        PushHost(move.Target).Load(From).Op(OpCodes.Sub).Store(Distance);
        _il.Load(Distance).Load(End).Branch(OpCodes.Blt_Un, done);
        _il.Load(Distance).Op(OpCodes.Neg).Long(Math.Max(BlockMove.Unit, move.Target.Step)).Branch(OpCodes.Blt_Un, done);
        EachUnit(() =>
        {
            _il.Load(From).Load(Distance).Op(OpCodes.Add, OpCodes.Conv_U).Load(From).Op(OpCodes.Conv_U).Int(BlockMove.Unit);
            _il.Unaligned().Op(OpCodes.Cpblk);
        });
    }

    /// <summary>Fills with a register.</summary>
    private void Fill(BlockMove move)
    {
        int size = move.Filled.Traits.Size;
        context.Gpr(move.Filled.T);
        if (size == 4)
            _il.Call(StorageEmitters.Swap32);
        else if (size == 2)
            _il.Op(OpCodes.Conv_U2).Call(StorageEmitters.Swap16);
        else
            _il.Op(OpCodes.Conv_U1);
        _il.Op(OpCodes.Conv_U8).Long(size switch { 4 => 0x1_0000_0001, 2 => 0x1_0001_0001_0001, _ => 0x101_0101_0101_0101 });
        _il.Op(OpCodes.Mul).Store(Distance);
        PushHost(move.Target).Store(From);
        EachUnit(() =>
        {
            for (int offset = 0; offset < BlockMove.Unit; offset += sizeof(long))
                _il.Load(From).Long(offset).Op(OpCodes.Add, OpCodes.Conv_U).Load(Distance).Unaligned().Op(OpCodes.Stind_I8);
        });
    }

    private void EachUnit(Action write)
    {
        Label again = _il.DefineLabel();
        _il.Load(End).Load(From).Op(OpCodes.Add).Store(End).Mark(again);
        write();
        _il.Load(From).Long(BlockMove.Unit).Op(OpCodes.Add).Store(From);
        _il.Load(From).Load(End).Branch(OpCodes.Blt_Un, again);
    }

    private IlWriter PushHost(SteppedBase stepped)
    {
        versions.PushLowest(stepped);
        return _il.Op(OpCodes.Conv_U8).Load(versions.AddendOf(stepped)).Op(OpCodes.Add);
    }

    /// <summary>Gives registers, CTR and budget the values that they have after the turns.</summary>
    private void SkipTurns(VersionedLoop version, BlockMove move)
    {
        foreach ((byte register, int step) in move.Registers)
        {
            context.Gpr(register);
            _il.Load(Turns).Op(OpCodes.Conv_U4).Int((uint)step).Op(OpCodes.Mul, OpCodes.Add);
            context.To(register);
        }

        context.Resource(Resources.CtrNumber);
        _il.Load(Turns).Op(OpCodes.Conv_U4, OpCodes.Sub);
        context.ToResource(Resources.CtrNumber);
        _il.Op(RegionMethod.Budget).Load(Turns).Long(version.Block.Instructions.Length).Op(OpCodes.Mul, OpCodes.Sub).StoreBudget();
    }
}
