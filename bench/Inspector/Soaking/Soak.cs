using System.Diagnostics;
using PpcJit.Inspector.Launching;
using PpcJit.Bench;
using PpcJit.Inspector.Readings;
using PpcJit.Kernel.Files;

namespace PpcJit.Inspector.Soaking;

/// <summary>Runs the guest that never stops making code, and looks at what is held meanwhile.</summary>
internal static class Soak
{
    /// <summary>A guest that compiles nothing new for so long never will.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs a soak.</summary>
    /// <param name="settings">How long, and with which limits.</param>
    /// <param name="progress">Is told each look.</param>
    /// <exception cref="BenchException">The guest ended, or stopped making code.</exception>
    public static IReadOnlyList<SoakPoint> Run(SoakSettings settings, Action<SoakPoint> progress)
    {
        using PassingFile image = new("the guest,", SoakGuest.Image());
        Launch.Prepare();
        using Launch launch = Launch.Start(settings.Command(image.FilePath));
        launch.WaitForEngine();
        return Watch(launch, settings, progress);
    }

    private static List<SoakPoint> Watch(Launch launch, SoakSettings settings, Action<SoakPoint> progress)
    {
        List<SoakPoint> points = [];
        long start = Stopwatch.GetTimestamp(), lastNews = start;
        while (points.Count == 0 || points[^1].Compiled < settings.Regions)
        {
            if (launch.EndsWithin(settings.Every * LookPace.Of(points.Count)))
                throw new BenchException($"the soak's guest ended, which it never should: {launch.EndedEarly().Message}", ExitCode.Failure);
            using Look look = Look.At(launch.Id);
            SoakPoint point = SoakPoint.Of(look.Read(withCode: false), Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (points.Count == 0 || point.Compiled > points[^1].Compiled)
                lastNews = Stopwatch.GetTimestamp();
            else if (Stopwatch.GetElapsedTime(lastNews) > Patience)
                throw new BenchException(
                    $"nothing new was compiled for {Patience.TotalMinutes} minute, after {point.Compiled} regions.", ExitCode.Failure);
            points.Add(point);
            progress(point);
        }

        return points;
    }
}
