namespace PpcJit.Inspector.Counting;

/// <summary>What kind of guest a subject is.</summary>
internal enum SubjectKind
{
    /// <summary>A few instructions in an endless loop, with translation off.</summary>
    Idiom,

    /// <summary>A program of the bare-metal image <c>guests/work</c>.</summary>
    Bare,

    /// <summary>A program of the Linux guest.</summary>
    Linux,
}
