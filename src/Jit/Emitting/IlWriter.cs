using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using PpcJit.Jit.Code;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Emitting;

/// <summary>Writes the IL of a region, and on request the same as text, with the names of locals and of the guest instructions that it comes from.</summary>
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

    public void MarkLabel(Label label)
    {
        il.MarkLabel(label);
        _listing?.Add(new ListingLine(null, $"{NameOf(label)}:"));
    }

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

    public void Emit(OpCode code)
    {
        il.Emit(code = Broken(code));
        Write(code, null);
    }

    public void Emit(OpCode code, int value)
    {
        il.Emit(code, value);
        if (_listing is not null)
            Write(code, $"0x{value:x}");
    }

    public void Emit(OpCode code, byte value)
    {
        il.Emit(code, value);
        if (_listing is not null)
            Write(code, value.ToString(CultureInfo.InvariantCulture));
    }

    public void Emit(OpCode code, long value)
    {
        il.Emit(code, value);
        if (_listing is not null)
            Write(code, $"0x{value:x}");
    }

    public void Emit(OpCode code, LocalBuilder local)
    {
        il.Emit(code, local);
        if (_listing is not null)
            Write(code, _names[local.LocalIndex]);
    }

    public void Emit(OpCode code, Label label)
    {
        il.Emit(code = Broken(code), label);
        if (_listing is not null)
            Write(code, NameOf(label));
    }

    /// <summary>Writes a switch.</summary>
    public void Emit(Label[] labels)
    {
        il.Emit(OpCodes.Switch, labels);
        Write(OpCodes.Switch, $"{labels.Length} entries");
    }

    public void Emit(OpCode code, MethodInfo method)
    {
        il.Emit(code, method);
        Write(code, method.Name);
    }

    public void EmitCalli(Type result, Type[] parameters)
    {
        il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, result, parameters, null);
        Write(OpCodes.Calli, null);
    }

    private static string NameOf(Label label) => $"L{label.Id}";

    private OpCode Broken(OpCode code) => _fault is null ? code : _fault(code);

    private void Write(OpCode code, string? operand) => _listing?.Add(new ListingLine(null, operand is null ? $"    {code.Name}" : $"    {code.Name,-10} {operand}"));
}
