using PpcJit.Cli.Reports;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Runs;
using PpcJit.Lab.Observing;

namespace PpcJit.Cli.Commands;

/// <summary>Measures the latencies of the other kernel of <c>--compare</c>, when that is no report but a saved run or an image.</summary>
internal static class ComparedKernel
{
    /// <summary>Measures it, ahead of the run that is compared with it.</summary>
    /// <param name="request">What the person wants.</param>
    /// <param name="boot">Boots an image, and looks at it as the second argument says.</param>
    /// <returns>The request with what was measured.</returns>
    /// <exception cref="InputException">It cannot be run.</exception>
    public static RunRequest Measure(RunRequest request, Func<string, RunRequest, LookedAt> boot)
    {
        if (request.Look.ComparedLatency is not { } path || path.EndsWith(".json", StringComparison.Ordinal))
            return request;
        RunRequest only = request with { Look = new ObservationRequest { MeasuresLatency = true }, Debug = null };
        LookedAt seen = RunFile.IsRunFile(path) ? Open(path, only) : boot(path, only);
        if (seen.Latencies is not { } report || seen.Problems.Count > 0)
            throw new InputException($"--compare {path}: its latencies cannot be measured.");
        return request with { Look = request.Look with { ComparedLatency = null, ComparedReport = report with { Title = path } } };
    }

    /// <summary>Gives what is booted in place of another image: symbols belong to one image only.</summary>
    public static BootOptions InPlaceOf(BootOptions options, string image)
    {
        BootOptions other = BootOptions.Of(image);
        return options with { ImagePath = other.ImagePath, SymbolsPath = other.SymbolsPath, MoreSymbolPaths = [] };
    }

    private static LookedAt Open(string path, RunRequest request)
    {
        RunFile run = RunFile.Read(path);
        BootOptions options = new RunImages(run, path, []).Find(message => StandardError.WriteLine($"ppcjit: {message}"));
        return OpenCommand.Begin(run, path, options, new NetworkSettings(), start => QuietRun.Execute(start, request with { Options = run.Options }));
    }
}
