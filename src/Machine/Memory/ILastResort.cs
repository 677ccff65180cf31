namespace PpcJit.Machine.Memory;

/// <summary>
/// What may answer at an address where the board has mapped nothing: memories whose place is programmed, and lines that only the data cache
/// holds. Nothing goes past it to the memory.
/// </summary>
public interface ILastResort
{
    /// <summary>Reads 1, 2 or 4 bytes as a big-endian value.</summary>
    /// <returns>False when it does not answer there.</returns>
    bool TryRead(uint physical, int size, out uint value);

    /// <summary>Writes the low 1, 2 or 4 bytes of a value, big-endian.</summary>
    /// <returns>False, with nothing written, when it does not answer there.</returns>
    bool TryWrite(uint physical, int size, uint value);

    /// <summary>Fetches an instruction, as a big-endian word.</summary>
    /// <returns>False when it gives no instructions there.</returns>
    bool TryFetch(uint physical, out uint word)
    {
        word = 0;
        return false;
    }
}
