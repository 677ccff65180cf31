namespace PpcJit.Kernel.Sessions;

/// <summary>What a <see cref="PromptedInput"/> was at some time.</summary>
/// <param name="Waiting">The bytes that had not entered.</param>
/// <param name="Shown">What the guest had sent since something entered, as far as it counts.</param>
/// <param name="LastActivity">The count of the last byte in either direction.</param>
/// <param name="Last">The last byte that the guest sent.</param>
/// <param name="LastButOne">The one before.</param>
/// <param name="WithinLine">Whether a line had begun to enter.</param>
internal sealed record PromptedInputState(WaitingKey[] Waiting, byte[] Shown, ulong LastActivity, byte Last, byte LastButOne, bool WithinLine);

/// <summary>A byte that has not entered yet.</summary>
/// <param name="Value">The byte.</param>
/// <param name="Prompt">What the guest must have sent before it enters; null for the rule of <see cref="PromptedInput"/>.</param>
internal readonly record struct WaitingKey(byte Value, byte[]? Prompt);
