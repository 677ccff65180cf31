namespace PpcJit.Kernel;

/// <summary>
/// What a person gave us cannot be used: a broken image, an unknown board, an unreadable file. The message is one clear sentence that names
/// the file or option and the reason; the command line prints it without a stack trace and ends with exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The sentence for the person.</param>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with what caused it.</summary>
    /// <param name="message">The sentence for the person.</param>
    /// <param name="innerException">What the host said.</param>
    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
