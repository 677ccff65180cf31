namespace PpcJit.Lab.Observing.Logs;

/// <summary>Writes the lines of one kind of events.</summary>
internal interface ILogSource
{
    /// <summary>Begins to write.</summary>
    void Begin();

    /// <summary>Writes no longer.</summary>
    void End();
}
