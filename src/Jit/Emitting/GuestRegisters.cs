using System.Reflection.Emit;
using PpcJit.Jit.Analysis;
using PpcJit.Jit.State;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// The guest's registers in the locals of a region. A CR field may have no value there but stand for a comparison,
/// which is computed where the field itself is needed.
/// </summary>
/// <param name="context">The place where IL is written.</param>
internal sealed class GuestRegisters(RegionContext context)
{
    private readonly IlWriter _il = context.Il;
    private readonly LocalBuilder?[] _locals = new LocalBuilder?[Resources.Count];
    private readonly bool _isLazy = context.Options.LazyCr;

    /// <summary>
    /// Whether CR locals are kept exclusive-or XER[SO], so that a comparison need not combine with it: the difference
    /// alone is the field then. Possible where nothing in the region changes SO.
    /// </summary>
    private readonly bool _withoutSo = context.Options.DeferSo && !context.Plan.Uses(traits => traits.WritesSo);

    /// <summary>Pushes a general purpose register.</summary>
    public IlWriter Load(int number) => _il.Load(Local(number));

    /// <summary>Pops into a general purpose register.</summary>
    public void Store(int number) => _il.Store(Local(number));

    /// <summary>Pushes a register named by its <see cref="Resources"/> number.</summary>
    public IlWriter LoadResource(int resource) => _il.Load(Local(resource));

    /// <summary>Pops into a register named by its <see cref="Resources"/> number.</summary>
    public void StoreResource(int resource) => _il.Store(Local(resource));

    /// <summary>Pushes a general purpose register widened to 64 bits.</summary>
    public IlWriter LoadWide(int number, bool unsigned) =>
        unsigned ? Load(number).Op(OpCodes.Conv_U8) : Load(number).Op(OpCodes.Conv_I4, OpCodes.Conv_I8);

    /// <summary>Loads the registers that are live at an entry from the state.</summary>
    public void LoadFromState(ulong live)
    {
        for (int resource = 0; resource < Resources.Count; resource++)
        {
            if ((live & (1ul << resource)) == 0)
                continue;
            _il.LoadField(OffsetOf(resource), TypeOf(resource));
            if (IsCr(resource) && _withoutSo)
                CombineWithSo();
            StoreResource(resource);
        }
    }

    /// <summary>Stores dirty registers into the state, except those that will be stored later.</summary>
    public void StoreToState(DirtyRegisters dirty, ulong later = 0)
    {
        for (int resource = 0; resource < Resources.Count; resource++)
        {
            if ((dirty.Changed & ~later & (1ul << resource)) == 0)
                continue;
            if (IsCr(resource))
                StoreCrToState(resource - Resources.FirstCr, dirty.Sources[resource - Resources.FirstCr]);
            else
                _il.Field(OffsetOf(resource)).Load(Local(resource)).Op(OpCodes.Stind_I4);
        }
    }

    private void StoreCrToState(int field, CrSource source)
    {
        Label done = _il.DefineLabel();
        if (source.IsMarked)
        {
            Label kept = _il.DefineLabel();
            _il.Field(Offsets.CrMark(field)).Op(OpCodes.Ldind_U1).Branch(OpCodes.Brfalse, kept);
            StoreCrToState(field, source with { IsMarked = false });
            _il.GoTo(done).Mark(kept);
        }

        _il.Field(Offsets.Cr(field));
        if (source.IsComparison)
            PushDifference(source);
        else
            _il.Load(Cr(field));
        if (_withoutSo || source.IsComparison)
            CombineWithSo();
        _il.Op(OpCodes.Stind_I8).Mark(done);
    }

    /// <summary>
    /// Computes the live CR fields that stand for a comparison here and do not any more at the place that follows, and sets
    /// the marks that this place asks for.
    /// </summary>
    public void ComputeLost(CrSources next, ulong live)
    {
        CrSources sources = context.Sources;
        if (!_isLazy || ((sources.Comparisons | next.Marked) & live) == 0 || ReferenceEquals(sources, next))
            return;
        for (int field = 0; field < 8; field++)
        {
            if ((live & Resources.Cr(field)) == 0 || next[field] == sources[field])
                continue;
            bool stays = sources[field].IsComparison && sources[field] with { IsMarked = true } == next[field];
            if (next[field].IsMarked)
                Mark(field, stays);
            if (!sources[field].IsComparison || stays)
                continue;
            PushDifference(sources[field]);
            StoreCompared(field);
        }
    }

    /// <summary>Goes elsewhere if a field in the state is not what a comparison gives.</summary>
    public void RefuseUnless(HeadComparison asked, Label refused)
    {
        _il.LoadField(Offsets.Cr(asked.Field), typeof(long));
        PushDifference(asked.Comparison);
        CombineWithSo();
        _il.Branch(OpCodes.Bne_Un, refused);
    }

    /// <summary>Says that the fields that may stand for a comparison do not: they come from the state.</summary>
    public void ClearMarks(CrSources sources, ulong live)
    {
        for (int field = 0; field < 8; field++)
        {
            if ((live & sources.Marked & Resources.Cr(field)) != 0)
                Mark(field, false);
        }
    }

    private void Mark(int field, bool isSet) => _il.Field(Offsets.CrMark(field)).Int(isSet ? 1u : 0).Op(OpCodes.Stind_I1);

    /// <summary>Whether a CR field stands for a comparison here, so that its local has no value.</summary>
    public bool IsComparison(int field) => _isLazy && context.Sources[field].IsComparison;

    /// <summary>Pushes a CR field as the state holds it.</summary>
    public void LoadCr(int field)
    {
        PushCr(field);
        if (_withoutSo || IsComparison(field))
            CombineWithSo();
    }

    /// <summary>Pushes a CR field, with or without SO.</summary>
    public void PushCr(int field)
    {
        if (IsComparison(field))
            PushDifference(context.Sources[field]);
        else
            _il.Load(Cr(field));
    }

    /// <summary>Pops a CR field as the state holds it.</summary>
    public void StoreCr(int field)
    {
        if (_withoutSo)
            CombineWithSo();
        _il.Store(Cr(field));
    }

    /// <summary>Pops a CR field that lacks SO, as a comparison gives it.</summary>
    public void StoreCompared(int field)
    {
        if (!_withoutSo)
            CombineWithSo();
        _il.Store(Cr(field));
    }

    /// <summary>Copies a CR field to another one.</summary>
    public void MoveCr(int from, int to) => _il.Load(Cr(from)).Store(Cr(to));

    /// <summary>Sets a CR field from a comparison, if anybody needs the field itself.</summary>
    public void Compare(int field, CrSource source)
    {
        if (_isLazy || !context.IsNeeded(Resources.Cr(field)))
            return;
        PushDifference(source);
        StoreCompared(field);
    }

    /// <summary>Sets CR0 from a result: its difference from zero.</summary>
    public void Record(int register)
    {
        if (!_isLazy)
            RecordNow(register);
    }

    /// <summary>The same where CR0 cannot stand for the comparison, since SO changes.</summary>
    public void RecordNow(int register)
    {
        if (!context.IsNeeded(Resources.Cr(0)))
            return;
        LoadWide(register, unsigned: false);
        StoreCompared(0);
    }

    /// <summary>Pushes a CR field without SO: the difference of the widened operands.</summary>
    private void PushDifference(CrSource source)
    {
        LoadWide(source.A, source.IsUnsigned);
        if (!source.HasImmediate)
        {
            LoadWide(source.B, source.IsUnsigned);
            _il.Op(OpCodes.Sub);
        }
        else if (source.Immediate != 0)
        {
            _il.Long(source.IsUnsigned ? source.Immediate : (long)(int)source.Immediate).Op(OpCodes.Sub);
        }
    }

    /// <summary>Exclusive-or with XER[SO] of the value on the stack.</summary>
    private void CombineWithSo() => _il.LoadField(Offsets.XerSo, typeof(long)).Op(OpCodes.Xor);

    private LocalBuilder Cr(int number) => Local(Resources.FirstCr + number);

    private LocalBuilder Local(int resource) =>
        _locals[resource] ??= _il.DeclareLocal(TypeOf(resource), () => Resources.NameOf(resource));

    private static int OffsetOf(int resource) => resource switch
    {
        < Resources.FirstCr => Offsets.Gpr(resource),
        < Resources.LrNumber => Offsets.Cr(resource - Resources.FirstCr),
        Resources.LrNumber => Offsets.Lr,
        Resources.CtrNumber => Offsets.Ctr,
        _ => Offsets.XerCa,
    };

    private static bool IsCr(int resource) => resource is >= Resources.FirstCr and < Resources.LrNumber;

    private static Type TypeOf(int resource) => IsCr(resource) ? typeof(long) : typeof(uint);
}
