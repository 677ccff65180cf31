using PpcJit.Bench;
using PpcJit.Inspector.Readings;

namespace PpcJit.Inspector.Sampling;

/// <summary>All that was found out about a process.</summary>
/// <param name="Process">Its number.</param>
/// <param name="Reading">What it held at the end.</param>
/// <param name="Profile">Where its time went before.</param>
internal sealed record Inspection(int Process, Reading Reading, SampleProfile Profile)
{
    /// <summary>Looks at a process, samples it for a while, and looks once more.</summary>
    /// <exception cref="BenchException">It cannot be looked into, or is not PpcJit.</exception>
    public static Inspection Of(int process, TimeSpan sampling)
    {
        Reading before;
        using (Look look = Look.At(process))
            before = look.Read(withCode: false);
        IReadOnlyList<Sample> samples = Sampler.Take(process, sampling);
        using Look last = Look.At(process);
        Reading after = last.Read(withCode: true);
        return new Inspection(process, after, SampleProfile.Of(samples, before, after, last, process));
    }
}
