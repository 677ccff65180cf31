using PpcJit.Cli.Terminal;
using PpcJit.Lab.Scenarios.Running;

namespace PpcJit.Cli.Reports;

/// <summary>Shows on standard error, while a person looks at it, how far a scenario has come.</summary>
internal sealed class ScenarioProgress : IDisposable
{
    private const int Period = 250;

    private readonly int _cases;
    private readonly Timer? _timer;
    private readonly long _start = Environment.TickCount64;
    private bool _shown;

    /// <summary>Begins to show progress.</summary>
    /// <param name="cases">How many cases there are.</param>
    public ScenarioProgress(int cases)
    {
        _cases = cases;
        if (!Console.IsErrorRedirected)
            _timer = new Timer(_ => Show(), null, Period, Period);
    }

    /// <summary>What has been done.</summary>
    public RunProgress Counts { get; } = new();

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_timer is null)
            return;
        using (ManualResetEvent done = new(false))
        {
            if (_timer.Dispose(done))
                done.WaitOne();
        }

        if (_shown)
            StandardError.WriteControls("\r\x1b[K");
        _shown = false;
    }

    private void Show()
    {
        double seconds = (Environment.TickCount64 - _start) / 1000.0;
        StandardError.WriteControls($"\r\x1b[K{Counts.Cases} of {_cases} cases, {Counts.Trials} trials, {Counts.Trials / seconds:F0} per second");
        _shown = true;
    }
}
