namespace PpcJit.Architecture.Tests;

/// <summary>Something of one namespace uses something of another.</summary>
/// <param name="From">The namespace that uses.</param>
/// <param name="To">The namespace that is used.</param>
/// <param name="Why">An example: what uses what.</param>
internal sealed record Arrow(string From, string To, string Why);
