namespace PpcJit.Lab.Observing.Places;

/// <summary>Tells which task of a guest runs. It looks only, and changes nothing.</summary>
public interface ITaskNames
{
    /// <summary>Gives the task that runs now.</summary>
    /// <param name="msr">The MSR of the code that is asked about: of the interrupted one, right after an exception.</param>
    GuestTask Find(uint msr);

    /// <summary>Notes that an exception was taken.</summary>
    /// <param name="msr">The MSR before it.</param>
    void NoteException(uint msr);
}
