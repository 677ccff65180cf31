using PpcJit.Jit.SoftPages;

namespace PpcJit.Jit.Code;

/// <summary>A code page as one context sees it.</summary>
/// <param name="context">The context.</param>
/// <param name="effective">Effective address of its first byte.</param>
/// <param name="code">Its code.</param>
internal sealed class MappedPage(CodeContext context, uint effective, CodePage code)
{
    /// <summary>The context.</summary>
    public CodeContext Context => context;

    /// <summary>Effective address of its first byte.</summary>
    public uint Effective => effective;

    /// <summary>Its code.</summary>
    public CodePage Code => code;

    /// <summary>Indexes of the jump cache that this page filled.</summary>
    public FillList Jumps { get; } = new();
}
