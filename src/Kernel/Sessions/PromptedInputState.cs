namespace PpcJit.Kernel.Sessions;

/// <summary>What a <see cref="PromptedInput"/> was at some time.</summary>
/// <param name="Waiting">The bytes that had not entered.</param>
/// <param name="LastActivity">The count of the last byte in either direction.</param>
/// <param name="Last">The last byte that the guest sent.</param>
/// <param name="LastButOne">The one before.</param>
/// <param name="WithinLine">Whether a line had begun to enter.</param>
internal sealed record PromptedInputState(byte[] Waiting, ulong LastActivity, byte Last, byte LastButOne, bool WithinLine);
