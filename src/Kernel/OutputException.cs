namespace PpcJit.Kernel;

/// <summary>
/// Output cannot be written: a full disk, a closed pipe, a folder without permission. The message is one sentence for
/// the person; the command line ends with exit code 2.
/// </summary>
public class OutputException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The sentence for the person.</param>
    public OutputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with what caused it.</summary>
    /// <param name="message">The sentence for the person.</param>
    /// <param name="innerException">What the host said.</param>
    public OutputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
