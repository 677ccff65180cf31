using System.Reflection.Emit;
using PpcJit.Jit.Analysis;

namespace PpcJit.Jit.Emitting;

/// <content>
/// Loads whose addresses a loop has loaded itself: lists, trees, indices into large tables. Each waits for the one before, and for the soft page table in
/// between. Since pages that are neighbours for the guest are mostly neighbours in its RAM, what must be added to the address seldom changes: the entry is
/// only compared with the one before, and the processor goes on with that one meanwhile.
/// </content>
internal sealed partial class RegionEmitter
{
    /// <summary>No entry is like that: pages begin at the same places in host memory.</summary>
    private const long NoEntry = 1;

    private readonly Dictionary<AddressBase, LocalBuilder> _guesses = [];

    private void FindGuesses()
    {
        foreach (RegionBlock block in _plan.Blocks)
        {
            for (int n = 0; n < block.Instructions.Length; n++)
            {
                if (AddressBase.Of(block.Instructions[n]) is { IsStore: false } address && HeldPage.IsScattered(block, n) && !_guesses.ContainsKey(address))
                    _guesses[address] = _il.DeclareLocal(typeof(long), () => address.NameOf("guess"));
            }
        }
    }

    private void ForgetGuesses()
    {
        foreach (LocalBuilder guess in _guesses.Values)
        {
            _il.Emit(OpCodes.Ldc_I8, NoEntry);
            _il.Emit(OpCodes.Stloc, guess);
        }
    }

    /// <summary>Finds what to add to the effective address, into the local of the host address; leaves the region when there is none.</summary>
    private void LookUpOrGuess(AddressBase? address, LocalBuilder table, Label leave)
    {
        if (address is null || !_guesses.TryGetValue(address, out LocalBuilder? guess) || !HeldPage.IsScattered(_block, _index))
        {
            LookUpPage(table, leave);
            return;
        }

        Label other = _il.DefineLabel();
        Label found = _il.DefineLabel();
        PushEntry(table);
        _il.Emit(OpCodes.Ldloc, guess);
        _il.Emit(OpCodes.Bne_Un, other);
        _il.MarkLabel(found);
        _il.Emit(OpCodes.Ldloc, guess);
        _il.Emit(OpCodes.Stloc, _host);
        _outOfLine.Add(() =>
        {
            _il.MarkLabel(other);
            LookUpPage(table, leave);
            _il.Emit(OpCodes.Ldloc, _host);
            _il.Emit(OpCodes.Stloc, guess);
            _il.Emit(OpCodes.Br, found);
        });
    }
}
