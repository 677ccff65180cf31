using PpcJit.Lab.Scenarios.Syntax;

namespace PpcJit.Lab.Scenarios.Checks;

/// <summary>A check that a scenario file gives as a sentence.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public abstract record CheckSentence(string Text, SourceLocation Location);

/// <summary>How a watched value may not change.</summary>
public enum ValueRule
{
    /// <summary>It never becomes less, as an unsigned number.</summary>
    NeverFalls,

    /// <summary>It never becomes more.</summary>
    NeverRises,

    /// <summary>It stays as it is.</summary>
    NeverChanges,
}

/// <summary><c>value of ticks never falls</c></summary>
/// <param name="Value">The value; a symbol stands for the word there.</param>
/// <param name="Rule">What it never does.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public sealed record ValueSentence(Operand Value, ValueRule Rule, string Text, SourceLocation Location) : CheckSentence(Text, Location);

/// <summary><c>[runqueue] is a list through 40</c>, where 0 ends it, or <c>is a ring</c>, which leads back to its first element</summary>
/// <param name="First">The address of the first element; 0 for an empty list.</param>
/// <param name="Next">Offset in an element of the address of the next one.</param>
/// <param name="IsRing">Whether it leads back to its first element.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public sealed record ListSentence(Operand First, uint Next, bool IsRing, string Text, SourceLocation Location)
    : CheckSentence(Text, Location);

/// <summary><c>[free_count] &lt;= 2048 at page_alloc</c></summary>
/// <param name="Condition">What must hold.</param>
/// <param name="Place">Where.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public sealed record InvariantSentence(Operand Condition, SymbolReference Place, string Text, SourceLocation Location)
    : CheckSentence(Text, Location);

/// <summary><c>interrupts-off longer than 20K</c></summary>
/// <param name="Limit">Instructions.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public sealed record InterruptsOffSentence(ulong Limit, string Text, SourceLocation Location) : CheckSentence(Text, Location);

/// <summary><c>freed-memory by page_free at r3 of 16K given by page_alloc</c></summary>
/// <param name="Free">The function that takes memory back.</param>
/// <param name="Address">Its address, looked up where the function begins.</param>
/// <param name="Size">Its size in bytes, likewise.</param>
/// <param name="When">What must hold there, or nothing is freed; null for nothing.</param>
/// <param name="Allocate">The function that gives memory out, and returns its address.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public sealed record FreedMemorySentence(
    SymbolReference Free, Operand Address, Operand Size, Operand? When, SymbolReference Allocate, string Text, SourceLocation Location)
    : CheckSentence(Text, Location);

/// <summary><c>uninitialised-page by page_alloc of 16K</c></summary>
/// <param name="Allocate">The function that gives memory out, and returns its address; 0 for none.</param>
/// <param name="Size">Its size in bytes, looked up where the function returns.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Location">Where it stands.</param>
public sealed record UninitialisedPageSentence(SymbolReference Allocate, Operand Size, string Text, SourceLocation Location)
    : CheckSentence(Text, Location);
