namespace PpcJit.Machine.Memory;

/// <summary>
/// Is told ahead of the first change of each 4 KiB page of plain memory, so that what was there can be kept.
/// </summary>
/// <remarks>
/// While a memory has a journal, whoever writes to it, or lets generated code write, tells the journal first. An engine that already
/// lets generated code write must forget its translations when the journal is installed.
/// </remarks>
public interface IPageJournal
{
    /// <summary>Keeps what is about to be overwritten in plain memory.</summary>
    /// <param name="physical">First address.</param>
    /// <param name="bytes">How many bytes, at least 1.</param>
    void NoteStore(uint physical, uint bytes);
}
