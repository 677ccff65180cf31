namespace PpcJit.Machine.Isa;

/// <summary>
/// A simplified mnemonic: another spelling of the words of one instruction that have particular operands. The pattern
/// is written as in <see cref="InstructionTable"/>, with one more letter: y, the branch prediction bit, which adds + or
/// - to the mnemonic.
/// </summary>
/// <param name="Line">
/// The instruction spelt, its pattern with the particular operands filled in, the mnemonic and the remaining operands.
/// </param>
/// <param name="When">What must hold beyond the pattern, or null.</param>
internal sealed record AliasRow(InstructionRow Line, Func<uint, bool>? When = null)
{
    /// <summary>Whether <paramref name="word"/> is spelt this way.</summary>
    public bool Matches(uint word) => Line.Matches(word) && (When is null || When(word));
}
