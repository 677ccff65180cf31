using PpcJit.Kernel;

namespace PpcJit.Lab.Observing.Flow;

/// <summary>Collects something of a run, and writes it in the end.</summary>
internal interface IRecorder : IDisposable
{
    /// <summary>Ends with the run, and writes the files.</summary>
    /// <exception cref="OutputException">One cannot be written.</exception>
    void Complete();

    /// <summary>Gives what is to be shown at the end, as lines for people.</summary>
    IEnumerable<string> Report();
}
