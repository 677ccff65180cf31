namespace PpcJit.Machine.Devices.OnChip;

/// <summary>How a memory size is made of SDRAM banks: each 4 to 256 MB, a power of two, aligned to its size.</summary>
public static class SdramBanks
{
    private const uint Megabyte = 1024 * 1024;
    private const uint Largest = 256 * Megabyte;
    private const uint Smallest = 4 * Megabyte;

    /// <summary>Splits a memory size into banks, largest first.</summary>
    /// <param name="memoryBytes">Bytes of RAM.</param>
    /// <param name="maxBanks">How many banks the controller has.</param>
    /// <returns>Size of each bank in bytes; null when that many banks cannot make this size.</returns>
    public static IReadOnlyList<uint>? Split(uint memoryBytes, int maxBanks)
    {
        uint[] banks = new uint[maxBanks];
        int count = 0;
        for (uint bank = Largest; bank >= Smallest; bank /= 2)
        {
            while (memoryBytes >= bank && count < maxBanks)
            {
                banks[count++] = bank;
                memoryBytes -= bank;
            }
        }

        uint[] used = new uint[count];
        Array.Copy(banks, used, count);
        return memoryBytes == 0 ? used : null;
    }
}
