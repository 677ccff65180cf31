namespace PpcJit.Lab.Observing.Places;

/// <summary>Tells from which source lines the code of a guest was made.</summary>
public interface ISourceLines
{
    /// <summary>Finds the line of an instruction.</summary>
    /// <param name="address">Effective address, as linked.</param>
    /// <returns>Null when none is known.</returns>
    SourceLine? Find(uint address);
}
