namespace PpcJit.Lab.Drawing;

/// <summary>What a colour of a drawing means.</summary>
/// <param name="Fill">The colour, as SVG writes it.</param>
/// <param name="Text">What it stands for.</param>
internal sealed record Meaning(string Fill, string Text);
