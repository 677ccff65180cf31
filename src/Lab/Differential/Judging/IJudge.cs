using PpcJit.Kernel;

namespace PpcJit.Lab.Differential.Judging;

/// <summary>Somebody who executes an image of <see cref="JudgeImage"/>.</summary>
public interface IJudge
{
    /// <summary>What reports call it.</summary>
    string Name { get; }

    /// <summary>What it runs images on.</summary>
    JudgedMachine Machine { get; }

    /// <summary>Runs an image to its end.</summary>
    /// <param name="image">An ELF for its machine.</param>
    /// <returns>The lines that it printed, without the last, <see cref="JudgeImage.End"/>.</returns>
    /// <exception cref="InputException">It did not come to its end, or whatever executes it is missing.</exception>
    IReadOnlyList<string> Run(byte[] image);
}
