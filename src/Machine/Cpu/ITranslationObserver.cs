namespace PpcJit.Machine.Cpu;

/// <summary>Told when the outcome of address translation may change. An engine that keeps nothing derived from it needs none.</summary>
public interface ITranslationObserver
{
    /// <summary>An entry is about to change: what was derived from its present content must go.</summary>
    void TlbEntryChanging(int index);

    /// <summary>What an entry matches has changed: it may now hide entries with a higher index.</summary>
    void TlbEntryChanged(int index);

    /// <summary>Anything may have changed: <c>tlbia</c>, ZPR, real-mode storage attributes, CCR0, or a restored snapshot.</summary>
    void AllTranslationsChanged();
}
