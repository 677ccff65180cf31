using PpcJit.Jit.Code;
using PpcJit.Jit.Decoding;

namespace PpcJit.Jit.Compiling;

/// <summary>A compile request, with all that compiling it needs.</summary>
/// <param name="Page">The page that will own it; the compiler only hands it back.</param>
/// <param name="Generation">The page's generation when the copy was made.</param>
/// <param name="Entry">Index in the page of the first instruction.</param>
/// <param name="Decoded">Copy of the page's decoded instructions.</param>
internal sealed record CompileRequest(CodePage Page, int Generation, int Entry, DecodedInstruction[] Decoded)
{
    /// <summary>The segment in whose linear range loads are expected; -1 for none.</summary>
    public int Segment { get; init; } = -1;

    /// <summary>How often the place became hot again while it waited.</summary>
    public int Urgency { get; set; }

    /// <summary>The finished region; null while it is not compiled, or when none can begin there.</summary>
    public Region? Result { get; set; }

    /// <summary>
    /// Whether a region had the place already: it is hot all the same, since it is reached from elsewhere.
    /// </summary>
    public bool HadRegion { get; } = Page.HasRegion(Entry);

    /// <summary>
    /// Whether it was not compiled, because another region has brought the place along meanwhile. Should it stay hot,
    /// it is asked for again.
    /// </summary>
    public bool IsCovered { get; set; }
}
