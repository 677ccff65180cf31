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
internal readonly record struct CrSource(CrSourceKind Kind, byte A, byte B, uint Immediate)
{
    /// <inheritdoc/>
    public bool Equals(CrSource other) =>
        Kind == other.Kind && A == other.A && B == other.B && Immediate == other.Immediate;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Immediate ^ ((int)Kind << 16) ^ (A << 8) ^ B;

    /// <summary>Whether it is a comparison; else the field itself must be kept.</summary>
    public bool IsComparison => Kind != CrSourceKind.None;

    /// <summary>Whether the operands are compared as unsigned integers.</summary>
    public bool IsUnsigned => Kind is CrSourceKind.UnsignedRegisters or CrSourceKind.UnsignedImmediate;

    /// <summary>Whether the right operand is no register.</summary>
    public bool HasImmediate => Kind is CrSourceKind.SignedImmediate or CrSourceKind.UnsignedImmediate;

    /// <summary>The compared registers, as resources.</summary>
    public ulong Registers => !IsComparison ? 0 : HasImmediate ? Resources.Gpr(A) : Resources.Gpr(A) | Resources.Gpr(B);

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
            if (!sources[field].IsComparison)
                continue;
            Comparisons |= Resources.Cr(field);
            Registers |= sources[field].Registers;
        }
    }

    /// <summary>The fields that are comparisons, as resources.</summary>
    public ulong Comparisons { get; }

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
                common[field] = default;
        }

        return new CrSources(common);
    }

    /// <summary>The same for some fields only.</summary>
    public CrSources Of(ulong resources)
    {
        if ((Comparisons & resources) == 0)
            return None;
        if ((Comparisons & ~resources) == 0)
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
        for (ulong fields = resources & Comparisons; fields != 0; fields &= fields - 1)
            registers |= _sources[System.Numerics.BitOperations.TrailingZeroCount(fields) - Resources.FirstCr].Registers;
        return registers;
    }

    /// <inheritdoc/>
    public bool Equals(CrSources? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Comparisons != other.Comparisons)
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
