using System.Reflection.Emit;
using PpcJit.Jit.Settings;

namespace PpcJit.Jit.Emitting;

/// <summary>
/// A local that holds an effective address. It has 64 bits, so that adding it to a host address, or asking how far it is
/// from a page, need not widen it each time.
/// </summary>
/// <param name="il">Where IL is written.</param>
/// <param name="options">Whether it has 64 bits.</param>
/// <param name="name">What the listing calls it.</param>
internal sealed class AddressLocal(IlWriter il, JitOptions options, string name)
{
    private readonly bool _isWide = options.WideAddresses;
    private readonly LocalBuilder _local = il.DeclareLocal(options.WideAddresses ? typeof(long) : typeof(uint), name);

    /// <summary>Pops 32 bits into it.</summary>
    public IlWriter Store() => (_isWide ? il.Op(OpCodes.Conv_U8) : il).Store(_local);

    /// <summary>Pushes its 32 bits.</summary>
    public IlWriter Load() => _isWide ? il.Load(_local).Op(OpCodes.Conv_U4) : il.Load(_local);

    /// <summary>Pushes it as 64 bits.</summary>
    public IlWriter LoadWide() => _isWide ? il.Load(_local) : il.Load(_local).Op(OpCodes.Conv_U8);
}
