using System.Diagnostics;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging;
using PpcJit.Lab.Debugging.Gdb;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Debugging.Monitoring;

namespace PpcJit.Cli.Debugging;

/// <summary>A run that gdb looks at, from its beginning or whenever it comes. While nobody does, the guest runs as any other.</summary>
internal sealed class DebuggedRun : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private readonly DebugRequest _request;
    private readonly HostConsole _host;
    private readonly GdbListener? _listener;
    private Process? _gdb;

    /// <summary>Begins to listen.</summary>
    /// <param name="request">What the person wants.</param>
    /// <param name="host">Where notices go.</param>
    /// <param name="console">The guest's console.</param>
    /// <param name="wake">Wakes who waits for input there.</param>
    /// <exception cref="InputException">Nobody can listen there.</exception>
    public DebuggedRun(DebugRequest request, HostConsole host, IGuestConsole console, Action wake)
    {
        (_request, _host) = (request, host);
        Console = new InterruptibleConsole(console, wake);
        if (request.Gdb == DebugRequest.StandardStreams)
            return;
        _listener = GdbListener.Open("--gdb", request.Gdb);
        host.Notice($"gdb server listens on {_listener.Place}");
    }

    /// <summary>The guest's console, for the machine.</summary>
    public InterruptibleConsole Console { get; }

    private bool IsGdbGone => _gdb is { HasExited: true };

    /// <summary>Runs the guest, until it ends or the debugger says so.</summary>
    /// <param name="session">The guest, at its first instruction.</param>
    /// <param name="options">When it ends by itself.</param>
    /// <param name="monitor">What looks at it.</param>
    /// <param name="converse">Lets the person at the terminal look at it; returns whether they want to go on.</param>
    /// <exception cref="InputException">The moment at which to begin is none.</exception>
    public RunResult Run(GuestSession session, RunOptions options, DebugMonitor monitor, Func<bool> converse)
    {
        GuestMachine machine = session.Machine;
        Timeline timeline = monitor.Run.Timeline;
        GdbTarget target = new(timeline, Console, monitor, session) { IsStartedByGdb = _request.Program is not null };
        session.Begin(options);
        monitor.Run.Moments.Limit = options.MaxInstructions ?? ulong.MaxValue;
        Begin(monitor.Run);
        monitor.Run.Moments.Limit = ulong.MaxValue;
        RunOptions freely = options;
        bool waits = _request.Waits;
        while (true)
        {
            if (_host.MonitorRequested)
            {
                if (!converse())
                    return Leave();
                freely = options with { Input = [] };
                continue;
            }

            if (waits || _listener?.HasClient == true)
            {
                GdbEnd? end = Serve(target);
                if (!_host.IsLeft && _host.MonitorRequested)
                    continue;
                if (end is null or GdbEnd.Killed or GdbEnd.Left)
                    return Leave();
                waits = end == GdbEnd.Vanished;
                if (waits)
                    _host.Notice($"ppcjit: gdb is gone; the guest stands at {timeline.Present}. Another may come; {EndText()} ends the run.");
                continue;
            }

            if (!machine.IsLive)
                _host.Notice($"ppcjit: the guest does again what it did up to {timeline.End}; from there on the outside is live.");
            if (RunFreely(session, freely) is { } result && !(result.End == RunEnd.Left && _host.MonitorRequested && !_host.IsLeft))
                return result;
            freely = options with { Input = [] };
        }

        RunResult Leave() => session.Run(freely with { MaxInstructions = machine.Count }) with { End = RunEnd.Left };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener?.Dispose();
        _gdb?.WaitForExit();
        _gdb?.Dispose();
    }

    private string EndText() => _host.IsInteractive ? "Ctrl-A X" : "Ctrl-C";

    private void Begin(MonitoredRun run)
    {
        if (_request.At is { } text)
        {
            MomentReference moment = DebugGrammar.ParseMoment(text, run.Names).OrThrow($"--at {text}");
            if (run.Moments.GoTo(moment) is { } problem)
                _host.Notice($"ppcjit: {problem}");
        }

        if (_request.Program is not { } program || _listener is null)
            return;
        _gdb = program.Start($"127.0.0.1:{_listener.Place}");
        if (_gdb is null)
            _host.Notice($"ppcjit: there is no gdb-multiarch here; let another gdb connect with 'target remote :{_listener.Place}'.");
    }

    /// <summary>Waits for a client and serves it.</summary>
    /// <returns>Null when the person leaves before one has come.</returns>
    private GdbEnd? Serve(GdbTarget target)
    {
        if (_listener is null)
        {
            using Stream input = System.Console.OpenStandardInput();
            using Stream output = System.Console.OpenStandardOutput();
            using GdbSession session = new(target, input, output);
            GdbEnd end = session.Serve();
            return end == GdbEnd.Vanished ? GdbEnd.Killed : end;
        }

        Stream? client;
        while ((client = _listener.Take()) is null)
        {
            if (_host.LeaveRequested || IsGdbGone)
                return null;
            Thread.Sleep(LookInterval);
        }

        // While gdb has the guest, its own command 'monitor' is there for the same words.
        bool offered = _host.OffersMonitor;
        _host.OffersMonitor = false;
        using (GdbSession session = new(target, client, client))
        {
            GdbEnd end = session.Serve();
            _listener.Release();
            _host.OffersMonitor = offered;
            return end;
        }
    }

    /// <summary>Runs until the guest ends.</summary>
    /// <returns>Null when a client has come before.</returns>
    private RunResult? RunFreely(GuestSession session, RunOptions options)
    {
        if (_listener is not null)
            _listener.Connected = () => Console.IsInterrupted = true;
        try
        {
            if (_listener?.HasClient == true)
                return null;
            RunResult result = session.Run(options);
            bool isInterrupted = result.End == RunEnd.Left && _listener?.HasClient == true && !_host.LeaveRequested;
            return isInterrupted ? null : result;
        }
        finally
        {
            if (_listener is not null)
                _listener.Connected = null;
            Console.IsInterrupted = false;
        }
    }
}
