namespace PpcJit.Lab.Why.Explaining;

/// <summary>Recognises in the chain of a wrong value what went wrong.</summary>
internal interface IExplainingRule
{
    /// <summary>Looks at a link. The run may be left at any moment.</summary>
    /// <returns>What is to be said about it; nothing when it is as it should be.</returns>
    IEnumerable<Statement> Look(CausalLink link);
}
