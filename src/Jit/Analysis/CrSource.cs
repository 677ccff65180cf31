using PpcJit.Jit.Decoding;
using PpcJit.Machine.Isa;

namespace PpcJit.Jit.Analysis;

/// <summary>
/// A comparison that a CR field stands for. As long as the compared registers keep their values, the field itself need
/// not exist: a branch compares the registers, and whoever needs the field computes it.
/// </summary>
/// <param name="Kind">How the operands are compared.</param>
/// <param name="A">Register of the left operand.</param>
/// <param name="B">Register of the right operand.</param>
/// <param name="Immediate">The right operand where it is no register.</param>
/// <param name="IsMarked">
/// Whether only some of the ways to a place have compared: a mark that they leave says whether the field stands for the
/// comparison, or is kept. Only ways out of the region look.
/// </param>
internal readonly record struct CrSource(CrSourceKind Kind, byte A, byte B, uint Immediate, bool IsMarked = false)
{
    /// <inheritdoc/>
    public bool Equals(CrSource other) => Kind == other.Kind
        && A == other.A && B == other.B && Immediate == other.Immediate && IsMarked == other.IsMarked;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Immediate ^ ((int)Kind << 16) ^ (A << 8) ^ B ^ (IsMarked ? 1 << 24 : 0);

    /// <summary>Whether it is a comparison, whatever the way; else the field itself must be kept.</summary>
    public bool IsComparison => Kind != CrSourceKind.None && !IsMarked;

    /// <summary>Whether the operands are compared as unsigned integers.</summary>
    public bool IsUnsigned => Kind is CrSourceKind.UnsignedRegisters or CrSourceKind.UnsignedImmediate;

    /// <summary>Whether the right operand is no register.</summary>
    public bool HasImmediate => Kind is CrSourceKind.SignedImmediate or CrSourceKind.UnsignedImmediate;

    /// <summary>The compared registers, as resources.</summary>
    public ulong Registers => Kind == CrSourceKind.None ? 0 : HasImmediate ? Resources.Gpr(A) : Resources.Gpr(A) | Resources.Gpr(B);

    /// <summary>What an instruction that writes CR field 0 or its own BF compares.</summary>
    public static CrSource Of(in DecodedInstruction i)
    {
        switch (i.Code)
        {
            case Op.Cmp: return new CrSource(CrSourceKind.SignedRegisters, i.A, i.B, 0);
            case Op.Cmpl: return new CrSource(CrSourceKind.UnsignedRegisters, i.A, i.B, 0);
            case Op.Cmpi: return new CrSource(CrSourceKind.SignedImmediate, i.A, 0, i.Immediate);
            case Op.Cmpli: return new CrSource(CrSourceKind.UnsignedImmediate, i.A, 0, i.Immediate);
            default:
                // A record form compares its result with zero.
                int result = ResultOf(i);
                return result < 0 ? default : new CrSource(CrSourceKind.SignedImmediate, (byte)result, 0, 0);
        }
    }

    /// <summary>The register whose value a record form puts into CR0; -1 for other ways of setting CR0.</summary>
    private static int ResultOf(in DecodedInstruction i) => i.Traits.Result switch
    {
        ResultField.T => i.T,
        ResultField.A => i.A,
        _ => -1,
    };
}

/// <summary>How the operands of a <see cref="CrSource"/> are compared.</summary>
internal enum CrSourceKind : byte
{
    /// <summary>The field is not, or no longer, a comparison of registers.</summary>
    None,

    /// <summary>Two registers, signed.</summary>
    SignedRegisters,

    /// <summary>Two registers, unsigned.</summary>
    UnsignedRegisters,

    /// <summary>A register with a value, signed.</summary>
    SignedImmediate,

    /// <summary>A register with a value, unsigned.</summary>
    UnsignedImmediate,
}

/// <summary>What each CR field stands for at a place. Immutable.</summary>
internal sealed class CrSources : IEquatable<CrSources>
{
    /// <summary>All fields must be kept.</summary>
    public static readonly CrSources None = new(new CrSource[Fields]);

    private const int Fields = 8;
    private readonly CrSource[] _sources;

    private CrSources(CrSource[] sources)
    {
        _sources = sources;
        for (int field = 0; field < Fields; field++)
        {
            if (sources[field].IsComparison)
                Comparisons |= Resources.Cr(field);
            if (sources[field].IsMarked)
                Marked |= Resources.Cr(field);
            Registers |= sources[field].Registers;
        }
    }

    /// <summary>The fields that are comparisons, as resources.</summary>
    public ulong Comparisons { get; }

    /// <summary>The fields of which a mark says whether they are.</summary>
    public ulong Marked { get; }

    /// <summary>The registers that any of them compares.</summary>
    private ulong Registers { get; }

    /// <summary>What a field stands for.</summary>
    public CrSource this[int field] => _sources[field];

    /// <summary>What the fields stand for after an instruction.</summary>
    public CrSources After(in DecodedInstruction decoded, ulong writes)
    {
        // SO enters a field when it is compared: before SO changes, the fields must be computed.
        if (decoded.Traits.WritesSo)
            return None;
        if ((writes & (Registers | Resources.AllCr)) == 0)
            return this;
        CrSource[] after = (CrSource[])_sources.Clone();
        for (int field = 0; field < Fields; field++)
        {
            if ((writes & Resources.Cr(field)) != 0)
                after[field] = decoded.Code == Op.Mcrf ? _sources[Field.Bfa(decoded.Word)] : CrSource.Of(decoded);
            else if ((writes & _sources[field].Registers) != 0)
                after[field] = default;
        }

        return new CrSources(after);
    }

    /// <summary>What is the same on two ways to a place.</summary>
    public CrSources Common(CrSources other)
    {
        if (Equals(other))
            return this;
        CrSource[] common = (CrSource[])_sources.Clone();
        for (int field = 0; field < Fields; field++)
        {
            if (common[field] != other[field])
                common[field] = MarkedBoth(common[field], other[field]);
        }

        return new CrSources(common);
    }

    /// <summary>The same with a mark for a field, unless it stands for that comparison whatever the way.</summary>
    public CrSources WithMark(int field, CrSource comparison) =>
        _sources[field] == comparison ? this : With(field, comparison with { IsMarked = true });

    /// <summary>The same with another source of a field.</summary>
    public CrSources With(int field, CrSource source)
    {
        if (_sources[field] == source)
            return this;
        CrSource[] other = (CrSource[])_sources.Clone();
        other[field] = source;
        return new CrSources(other);
    }

    /// <summary>The same for some fields only.</summary>
    public CrSources Of(ulong resources)
    {
        if (((Comparisons | Marked) & resources) == 0)
            return None;
        if (((Comparisons | Marked) & ~resources) == 0)
            return this;
        CrSource[] some = (CrSource[])_sources.Clone();
        for (int field = 0; field < Fields; field++)
        {
            if ((resources & Resources.Cr(field)) == 0)
                some[field] = default;
        }

        return new CrSources(some);
    }

    /// <summary>The registers whose values some fields need.</summary>
    public ulong RegistersOf(ulong resources)
    {
        ulong registers = 0;
        for (ulong fields = resources & (Comparisons | Marked); fields != 0; fields &= fields - 1)
            registers |= _sources[System.Numerics.BitOperations.TrailingZeroCount(fields) - Resources.FirstCr].Registers;
        return registers;
    }

    /// <summary>A comparison with a mark, where one way has it with a mark and the other one without.</summary>
    private static CrSource MarkedBoth(CrSource one, CrSource other) =>
        one with { IsMarked = true } == other with { IsMarked = true } ? one with { IsMarked = true } : default;

    /// <inheritdoc/>
    public bool Equals(CrSources? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Comparisons != other.Comparisons || Marked != other.Marked)
            return false;
        for (int field = 0; field < Fields; field++)
        {
            if (_sources[field] != other._sources[field])
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CrSources);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = 0;
        foreach (CrSource source in _sources)
            hash = (hash * 31) + source.GetHashCode();
        return hash;
    }
}
