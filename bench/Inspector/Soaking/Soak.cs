using System.Diagnostics;
using PpcJit.Inspector.Launching;
using PpcJit.Bench;
using PpcJit.Inspector.Readings;
using PpcJit.Kernel.Files;

namespace PpcJit.Inspector.Soaking;

/// <summary>Runs a guest that never stops making something, and looks at what is held meanwhile.</summary>
internal static class Soak
{
    /// <summary>A guest that compiles nothing new for this time never will.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const int MaxFailures = 100;

    /// <summary>Runs a soak.</summary>
    /// <param name="settings">How long, and with which limits.</param>
    /// <param name="progress">Is told each look.</param>
    /// <exception cref="BenchException">The guest ended, or stopped making code.</exception>
    public static IReadOnlyList<SoakPoint> Run(SoakSettings settings, Action<SoakPoint> progress)
    {
        using PassingFile image = new("the guest,", settings.Phase.Image());
        Launch.Prepare();
        using Typist? typist = settings.Phase.IsTypedAt ? new Typist() : null;
        using Launch launch = Launch.Start(settings.Command(image.FilePath, typist?.Place), keepsOutput: false);
        launch.WaitForEngine();
        return Watch(launch, settings, progress);
    }

    /// <summary>Looks once. A list that is just being moved by its owner looks broken: that is no finding.</summary>
    private static SoakPoint? TryLook(Launch launch, TimeSpan time)
    {
        using Look look = Look.At(launch.Id);
        try
        {
            return SoakPoint.Of(look.Read(withCode: false), time.TotalSeconds);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static List<SoakPoint> Watch(Launch launch, SoakSettings settings, Action<SoakPoint> progress)
    {
        List<SoakPoint> points = [];
        long start = Stopwatch.GetTimestamp(), lastNews = start;
        int failures = 0;
        bool byRegions = settings.Phase == SoakPhase.NewCode;
        while (points.Count == 0 || (byRegions ? points[^1].Compiled < settings.Regions : points.Count < settings.Looks))
        {
            if (launch.EndsWithin(settings.Every * LookPace.Of(points.Count)))
                throw new BenchException($"the soak's guest ended, which it never should: {launch.EndedEarly().Message}", ExitCode.Failure);
            if (TryLook(launch, Stopwatch.GetElapsedTime(start)) is not { } point)
            {
                if (++failures > MaxFailures)
                    throw new BenchException($"the heap could not be read {failures} times.", ExitCode.Failure);
                continue;
            }

            if (points.Count == 0 || !byRegions || point.Compiled > points[^1].Compiled)
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
