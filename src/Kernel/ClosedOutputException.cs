namespace PpcJit.Kernel;

/// <summary>Nobody reads standard output any more, as behind <c>| head</c>: the rest has no reader, which is no fault of anybody.</summary>
public sealed class ClosedOutputException : OutputException
{
    /// <summary>Creates the error.</summary>
    public ClosedOutputException()
        : base("Standard output was closed before everything was written to it.")
    {
    }
}
