using PpcJit.Machine.Devices.OnChip;


namespace PpcJit.Machine.Boards;

/// <summary>Which sizes of memory a board can have.</summary>
internal static class MemorySize
{
    /// <summary>Bytes of a megabyte.</summary>
    public const uint Megabyte = 1024 * 1024;

    /// <summary>Says what is wrong with a memory size; null when nothing is.</summary>
    /// <param name="board">Name of the board, for the message.</param>
    /// <param name="bytes">The size asked for.</param>
    /// <param name="least">Least size in megabytes.</param>
    /// <param name="most">Most in megabytes.</param>
    /// <param name="banks">How many SDRAM banks the board has.</param>
    public static string? Validate(string board, uint bytes, uint least, uint most, int banks)
    {
        if (bytes < least * Megabyte || bytes > most * Megabyte)
            return $"{board} has between {least} MB and {most} MB of memory; {Describe(bytes)} cannot be.";
        if (SdramBanks.Split(bytes, banks) is not null)
            return null;
        return $"The memory of {board} is one to {banks} SDRAM banks of 4, 8, 16, 32, 64, 128 or 256 MB each; {Describe(bytes)} cannot be.";
    }

    /// <summary>Says a size as people do.</summary>
    public static string Describe(uint bytes) => bytes % Megabyte == 0 ? $"{bytes / Megabyte} MB" : bytes % 1024 == 0
        ? $"{bytes / 1024} KB" : $"{bytes} bytes";
}
