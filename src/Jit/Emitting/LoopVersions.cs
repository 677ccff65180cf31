using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.Decoding;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Changes between the two versions of a loop: the one that looks up each access's page, and the one that does not,
/// which runs as many turns as stay in the pages where they are.
/// </summary>
/// <param name="context">The place where IL is written.</param>
internal sealed class LoopVersions(RegionContext context)
{
    /// <summary>
    /// Longest step, in bytes, that a register may say: eight turns in a page pay for the division. None of the
    /// nine computing programs of bench/Compare becomes another one with 64 or with 4,096.
    /// </summary>
    private const uint MaxByRegister = 512;

    /// <summary>
    /// A base is not followed through more pages than these after the first one: they are asked one after the other, as RyuJIT would give
    /// the registers to a loop here, and not to the guest's.
    /// </summary>
    private const int MostPages = 3;

    /// <summary>
    /// Shorter steps, in bytes, pass through a page in so many turns that its end costs nothing, and RyuJIT makes worse code of the loop where
    /// the next pages are asked: with 1 <c>sum</c> takes 3.38 instead of 3.05 host instructions for each of the guest, <c>clear</c> 4.54
    /// instead of 3.56, <c>matrix</c> as many.
    /// </summary>
    private const int LeastLongStep = 32;

    /// <summary>Where the turns are not counted, the next page is asked only if fewer bytes are left of this one.</summary>
    private const long EnoughRoom = PageLookup.PageSize / 2;

    /// <summary>
    /// Fewer turns cost less with look-ups than it costs to enter without. A copy of 2, 4 or 6 words takes 3.49, 4.61 and 5.20 host instructions
    /// for each of the guest, and would take 6.80, 5.83 and 5.34; the comparison adds 0.01 to <c>matrix</c> and <c>filter</c>.
    /// </summary>
    private const uint LeastTurns = 7;

    private readonly IlWriter _il = context.Il;
    private readonly Dictionary<SteppedBase, LocalBuilder> _addends = [];
    private LocalBuilder? _lastBudget;
    private LocalBuilder? _room;
    private LocalBuilder? _needed;
    private LocalBuilder? _lowest;

    private LocalBuilder LastBudget => _lastBudget ??= _il.DeclareLocal(typeof(long), "lastBudget");

    /// <summary>How far the present base may move.</summary>
    private LocalBuilder Room => _room ??= _il.DeclareLocal(typeof(long), "room");

    /// <summary>The address of its lowest byte.</summary>
    private LocalBuilder Lowest => _lowest ??= _il.DeclareLocal(typeof(uint), "sweepLowest");

    /// <summary>How far it moves in all turns that are left.</summary>
    private LocalBuilder Needed => _needed ??= _il.DeclareLocal(typeof(long), "needed");

    /// <summary>After a turn of either version: goes on with one without look-ups where it can.</summary>
    public void GoOn(VersionedLoop version)
    {
        if (context.Block.IsUnchecked)
            Continue(version);
        else
            Enter(version);
    }

    /// <summary>What to add to the effective addresses of a base while its page lasts.</summary>
    public LocalBuilder AddendOf(SteppedBase stepped)
    {
        if (_addends.TryGetValue(stepped, out LocalBuilder? known))
            return known;
        return _addends[stepped] = _il.DeclareLocal(typeof(long), () => stepped.Address.NameOf("stepped"));
    }

    /// <summary>Begins turns without look-ups if each base stays in a page that is mapped.</summary>
    private void Enter(VersionedLoop version)
    {
        Label refused = _il.DefineLabel();
        int length = version.Block.Instructions.Length;
        if (version.CountsTurns)
        {
            // It is not 0 here, or the loop would have ended.
            context.Resource(Resources.CtrNumber);
            _il.Int(LeastTurns).Branch(OpCodes.Blt_Un, refused);
        }

        BeginLastBudget(version).Long(version.Block.LongestPath - 1L);
        StoreLastBudget(version);
        foreach (SteppedBase stepped in version.Bases)
        {
            if (stepped.HasRegister)
                RefuseLongStep(stepped, refused);
        }

        foreach (SteppedBase stepped in version.Bases)
        {
            FindPage(stepped, refused);
            if (stepped.Step == 0 && !stepped.HasRegister)
            {
                RefuseBeyondPage(stepped, refused);
                continue;
            }

            Label fits = _il.DefineLabel();
            FindRoom(version, stepped, refused, fits);
            LimitTurns(version, stepped, length);
            _il.Mark(fits);
        }

        PushLastBudget(version, _il.Op(RegionMethod.Budget)).Branch(OpCodes.Ble, refused);
        if (version.Move is { } move)
            new BlockMover(context, this).Move(version, move);
        context.Registers.ComputeLost(version.Block.Sources![0], version.Block.LiveIn);
        _il.GoTo(version.Block.Label).Mark(refused);
    }

    /// <summary>
    /// Finds the page of the next turn's accesses with a base, and puts the offset of the lowest into
    /// <see cref="RegionContext.Wide"/>.
    /// </summary>
    private void FindPage(SteppedBase stepped, Label refused)
    {
        PushLowest(stepped);
        context.Effective.Store();
        context.Pages.FindPage(stepped.Address.IsStore, refused);
        _il.Load(context.Host).Store(AddendOf(stepped));
        context.Pages.PushOffset().Op(OpCodes.Conv_U8).Store(context.Wide);
    }

    /// <summary>Refuses a turn that is not all in one page.</summary>
    private void RefuseBeyondPage(SteppedBase stepped, Label refused)
    {
        if (stepped.Span != 1)
            _il.Load(context.Wide).Long(PageLookup.PageSize - stepped.Span).Branch(OpCodes.Bgt_Un, refused);
    }

    /// <summary>
    /// Finds how far a base may move, in bytes, so that all accesses of a turn stay where the addend is the same: to the end of their
    /// page, and through the next ones where these are neighbours in host memory too.
    /// </summary>
    /// <param name="version">The loop.</param>
    /// <param name="stepped">The base.</param>
    /// <param name="refused">Where to go if there is no room for one turn.</param>
    /// <param name="fits">Where to go if there is room for all turns.</param>
    private void FindRoom(VersionedLoop version, SteppedBase stepped, Label refused, Label fits)
    {
        bool rises = Rises(stepped), isLong = context.Options.LongSweeps && (stepped.HasRegister || Math.Abs(stepped.Step) >= LeastLongStep);
        if (!rises || !isLong)
            RefuseBeyondPage(stepped, refused);
        if (rises)
            _il.Long(PageLookup.PageSize - stepped.Span).Load(context.Wide).Op(OpCodes.Sub).Store(Room);
        else
            _il.Load(context.Wide).Store(Room);
        if (!isLong)
            return;
        Label limited = _il.DefineLabel(), more = _il.DefineLabel();

        // In a local of its own: the one of all accesses would have to be kept through the loop.
        context.Effective.Load().Store(Lowest);
        if (version.CountsTurns)
        {
            context.Resource(Resources.CtrNumber).Int(1).Op(OpCodes.Sub, OpCodes.Conv_U8);
            PushDistance(stepped);
            _il.Op(OpCodes.Conv_U8, OpCodes.Mul).Store(Needed).Load(Needed).Load(Room).Branch(OpCodes.Ble, fits);
        }
        else
        {
            _il.Load(Room).Long(EnoughRoom).Branch(OpCodes.Bge, limited);
        }

        _il.GoTo(more).Mark(limited);
        context.AddOutOfLine(() =>
        {
            Label ended = _il.DefineLabel();
            _il.Mark(more);
            for (int page = 0; page < (version.CountsTurns ? MostPages : 1); page++)
                AskNextPage(version, stepped, ended, fits);
            _il.Mark(ended).Load(Room).Long(0).Branch(OpCodes.Blt, refused).GoTo(limited);
        });
    }

    /// <summary>Adds one more page to the room of a base, if it is a neighbour in host memory of those before.</summary>
    private void AskNextPage(VersionedLoop version, SteppedBase stepped, Label ended, Label fits)
    {
        bool rises = Rises(stepped);
        _il.Load(Lowest).Load(Room).Op(OpCodes.Conv_U4);
        if (rises)
            _il.Op(OpCodes.Add).Int((uint)stepped.Span).Op(OpCodes.Add);
        else
            _il.Op(OpCodes.Sub).Int(1).Op(OpCodes.Sub);
        _il.Store(context.Scratch);

        // The first page and the last one are no neighbours in host memory, whatever their entries say.
        _il.Load(context.Scratch).Int(rises ? 0 : uint.MaxValue).Branch(OpCodes.Beq, ended);
        context.Pages.PushEntry(stepped.Address.IsStore, context.Scratch);
        _il.Load(AddendOf(stepped)).Branch(OpCodes.Bne_Un, ended);
        _il.Load(Room).Long(PageLookup.PageSize).Op(OpCodes.Add).Store(Room);
        if (version.CountsTurns)
            _il.Load(Needed).Load(Room).Branch(OpCodes.Ble, fits);
    }

    /// <summary>
    /// The next turn fits, and as many more as there are steps in the room that is left: that raises the budget at which the
    /// turns end.
    /// </summary>
    private void LimitTurns(VersionedLoop version, SteppedBase stepped, int length)
    {
        BeginLastBudget(version).Op(RegionMethod.Budget).Long(length).Op(OpCodes.Sub);
        _il.Load(Room).Op(OpCodes.Conv_U4);
        PushDistance(stepped);
        _il.Op(OpCodes.Div_Un, OpCodes.Conv_U8).Long(length).Op(OpCodes.Mul, OpCodes.Sub);

        // The larger one, by the sign of the difference. A call of Math.Max would be compiled by the profile that the runtime
        // has of it, so the region's code would depend on what else ran before.
        _il.Store(context.Wide).Load(context.Wide).Load(context.Wide);
        PushLastBudget(version, _il).Op(OpCodes.Sub, OpCodes.Dup).Int(63).Op(OpCodes.Shr, OpCodes.And, OpCodes.Sub);
        StoreLastBudget(version);
    }

    private static bool Rises(SteppedBase stepped) => stepped.Step > 0 || stepped.HasRegister;

    /// <summary>Pushes by how many bytes the next turn is farther, in whichever direction.</summary>
    private void PushDistance(SteppedBase stepped)
    {
        if (stepped.HasRegister)
            PushStep(stepped);
        else
            _il.Int((uint)Math.Abs(stepped.Step));
    }

    /// <summary>
    /// Pushes the budget at which the turns without look-ups end. A load from the state is volatile, or RyuJIT would do it
    /// before the loop, into a register that it then spills.
    /// </summary>
    public IlWriter PushLastBudget(VersionedLoop version, IlWriter il) => version.NeedsMostRegisters
        ? il.Field(Offsets.LastBudget).Op(OpCodes.Volatile, OpCodes.Ldind_I8)
        : il.Load(LastBudget);

    /// <summary>Pushes where it goes, if that is no local.</summary>
    private IlWriter BeginLastBudget(VersionedLoop version) => version.NeedsMostRegisters ? _il.Field(Offsets.LastBudget) : _il;

    private void StoreLastBudget(VersionedLoop version) =>
        _ = version.NeedsMostRegisters ? _il.Op(OpCodes.Stind_I8) : _il.Store(LastBudget);

    /// <summary>After a turn without look-ups: begins another one while those that were computed last.</summary>
    private void Continue(VersionedLoop version)
    {
        RegionBlock block = context.Block;
        Label ended = _il.DefineLabel();
        PushLastBudget(version, _il.Op(RegionMethod.Budget)).Branch(OpCodes.Ble, ended);
        context.Registers.ComputeLost(block.Sources![0], block.LiveIn);
        _il.GoTo(block.Label).Mark(ended);
    }

    /// <summary>A register that makes the step long, negative or nothing is not worth the division.</summary>
    private void RefuseLongStep(SteppedBase stepped, Label refused)
    {
        PushStep(stepped);
        _il.Int(1).Op(OpCodes.Sub).Int(MaxByRegister).Branch(OpCodes.Bge_Un, refused);
    }

    private void PushStep(SteppedBase stepped)
    {
        context.Gpr(stepped.By);
        if (stepped.Step != 0)
            _il.Int((uint)stepped.Step).Op(OpCodes.Add);
    }

    /// <summary>Pushes the address of the lowest byte of the next turn's accesses with a base.</summary>
    public void PushLowest(SteppedBase stepped)
    {
        context.Gpr(stepped.Address.A);
        if (stepped.Address.B != DecodedInstruction.Zero)
            context.Gpr(stepped.Address.B).Op(OpCodes.Add);
        if (stepped.AfterRegister)
            context.Gpr(stepped.By).Op(OpCodes.Add);
        if (stepped.Lowest != 0)
            _il.Int((uint)stepped.Lowest).Op(OpCodes.Add);
    }
}
