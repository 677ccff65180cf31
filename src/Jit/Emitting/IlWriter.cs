using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Code;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// Writes the IL of a region, and on request the same as text, with the names of locals and of the guest instructions
/// that it comes from. The methods that write return the writer, so that what belongs together stands in one statement.
/// </summary>
/// <param name="il">Where the IL goes.</param>
/// <param name="options">Whether a listing is kept, and what is broken on purpose.</param>
internal sealed class IlWriter(ILGenerator il, JitOptions options)
{
    private readonly List<ListingLine>? _listing = options.KeepListings ? [] : null;
    private readonly Dictionary<int, string> _names = [];
    private readonly Func<OpCode, OpCode>? _fault = options.IlFault;

    /// <summary>The text, null unless it was asked for.</summary>
    public IReadOnlyList<ListingLine>? Listing => _listing;

    /// <summary>Bytes of IL so far.</summary>
    public int Length => il.ILOffset;

    /// <summary>Says in the listing where the following IL comes from.</summary>
    /// <param name="address">Effective address of the guest's instruction; null for code between instructions.</param>
    /// <param name="text">What it is.</param>
    public void Note(uint? address, string text) => _listing?.Add(new ListingLine(address, text));

    public Label DefineLabel() => il.DefineLabel();

    /// <summary>Declares a local.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">What the listing calls it; asked for only if there is one.</param>
    public LocalBuilder DeclareLocal(Type type, Func<string> name)
    {
        LocalBuilder local = il.DeclareLocal(type);
        if (_listing is not null)
            _names[local.LocalIndex] = name();
        return local;
    }

    /// <summary>Declares a local with a fixed name.</summary>
    public LocalBuilder DeclareLocal(Type type, string name) => DeclareLocal(type, () => name);

    /// <summary>Says where a label is.</summary>
    public IlWriter Mark(Label label)
    {
        il.MarkLabel(label);
        _listing?.Add(new ListingLine(null, NameOf(label) + ":"));
        return this;
    }

    /// <summary>Writes opcodes without operands.</summary>
    public IlWriter Op(params ReadOnlySpan<OpCode> codes)
    {
        foreach (OpCode code in codes)
        {
            OpCode written = Broken(code);
            il.Emit(written);
            Write(written, null);
        }

        return this;
    }

    /// <summary>Says that the access that follows need not be aligned.</summary>
    public IlWriter Unaligned()
    {
        il.Emit(OpCodes.Unaligned, (byte)1);
        Write(OpCodes.Unaligned, "1");
        return this;
    }

    /// <summary>Pushes a 32-bit constant. The generator chooses the shortest form.</summary>
    public IlWriter Int(uint value)
    {
        il.Emit(OpCodes.Ldc_I4, (int)value);
        if (_listing is not null)
            Write(OpCodes.Ldc_I4, $"0x{value:x}");
        return this;
    }

    /// <summary>Pushes a 64-bit constant.</summary>
    public IlWriter Long(long value)
    {
        il.Emit(OpCodes.Ldc_I8, value);
        if (_listing is not null)
            Write(OpCodes.Ldc_I8, $"0x{value:x}");
        return this;
    }

    /// <summary>Pushes a local.</summary>
    public IlWriter Load(LocalBuilder local)
    {
        il.Emit(OpCodes.Ldloc, local);
        if (_listing is not null)
            Write(OpCodes.Ldloc, _names[local.LocalIndex]);
        return this;
    }

    /// <summary>Pops into a local.</summary>
    public IlWriter Store(LocalBuilder local)
    {
        il.Emit(OpCodes.Stloc, local);
        if (_listing is not null)
            Write(OpCodes.Stloc, _names[local.LocalIndex]);
        return this;
    }

    /// <summary>Pushes the address of a field of the state.</summary>
    /// <param name="offset">Its offset in bytes.</param>
    public IlWriter Field(int offset) => Op(RegionMethod.State).Int((uint)offset).Op(OpCodes.Add);

    /// <summary>Pushes a field of the state.</summary>
    /// <param name="offset">Its offset in bytes.</param>
    /// <param name="type">Its type: a 32-bit or 64-bit integer, or a native one.</param>
    public IlWriter LoadField(int offset, Type type) =>
        Field(offset).Op(type == typeof(long) ? OpCodes.Ldind_I8 : type == typeof(nint) ? OpCodes.Ldind_I : OpCodes.Ldind_U4);

    /// <summary>Branches; the operands of a comparison are on the stack.</summary>
    public IlWriter Branch(OpCode code, Label label)
    {
        il.Emit(code = Broken(code), label);
        if (_listing is not null)
            Write(code, NameOf(label));
        return this;
    }

    /// <summary>Branches always.</summary>
    public IlWriter GoTo(Label label) => Branch(OpCodes.Br, label);

    /// <summary>Branches by the number on the stack.</summary>
    public IlWriter Switch(Label[] labels)
    {
        il.Emit(OpCodes.Switch, labels);
        if (_listing is not null)
            Write(OpCodes.Switch, $"{labels.Length} entries");
        return this;
    }

    /// <summary>Calls a static method.</summary>
    public IlWriter Call(MethodInfo method)
    {
        il.Emit(OpCodes.Call, method);
        Write(OpCodes.Call, method.Name);
        return this;
    }

    /// <summary>Goes on in another method of the same signature, whose arguments and address are on the stack.</summary>
    public IlWriter TailCall(Type result, Type[] parameters)
    {
        Op(OpCodes.Tailcall);
        il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, result, parameters, null);
        Write(OpCodes.Calli, null);
        return Op(OpCodes.Ret);
    }

    /// <summary>Replaces the remaining budget by the number on the stack.</summary>
    public IlWriter StoreBudget()
    {
        il.Emit(OpCodes.Starg_S, RegionMethod.BudgetNumber);
        if (_listing is not null)
            Write(OpCodes.Starg_S, $"{RegionMethod.BudgetNumber}");
        return this;
    }

    private static string NameOf(Label label) => $"L{label.Id}";

    private OpCode Broken(OpCode code) => _fault is null ? code : _fault(code);

    private void Write(OpCode code, string? operand) =>
        _listing?.Add(new ListingLine(null, operand is null ? $"    {code.Name}" : $"    {code.Name,-10} {operand}"));
}
