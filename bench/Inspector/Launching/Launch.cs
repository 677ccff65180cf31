using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using PpcJit.Bench.Hosting;
using PpcJit.Bench;
using PpcJit.Inspector.Readings;
using PpcJit.Inspector.Targets;
using PpcJit.Kernel.Files;

namespace PpcJit.Inspector.Launching;

/// <summary>A PpcJit that the inspector started itself and that ends with it.</summary>
/// <remarks>
/// Not with the runtime's own class for processes: that one waits for its children, and takes each stop of a traced
/// thread for a sign that one of them may have ended.
/// </remarks>
internal sealed unsafe class Launch : IDisposable
{
    private const int ActionsSize = 512;
    private const int ReadOnly = 0;
    private const int WriteCreate = 0x241;
    private const int DoNotWait = 1;
    private const int AnyKind = 0x40000000; // __WALL: threads too.
    private const uint OwnerOnly = 0x180;

    /// <summary>The status, that of exit code 3, of a process whose end its tracer has seen, so that nobody else can ask for it.</summary>
    private const int SeenByTracer = 3 << 8;

    private const int MillisecondsBetween = 10;

    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly PassingFile _log;
    private readonly PosixSignalRegistration _ending;
    private int? _status;

    private Launch(int id, PassingFile log)
    {
        (Id, _log) = (id, log);
        _ending = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => ProcessCalls.Signal(id, ProcessCalls.Kill));
    }

    /// <summary>Its process.</summary>
    public int Id { get; }

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasEnded
    {
        get
        {
            if (_status is null)
                ReapThreads();
            if (_status is null && ProcessCalls.Wait(Id, out int status, DoNotWait, out _) is not 0 and int waited)
                _status = waited == Id ? status : SeenByTracer;
            return _status is not null;
        }
    }

    /// <summary>Its exit code, or 128 and the number of the signal that ended it.</summary>
    public int ExitCode => _status is not { } status ? 0 : (status & 0x7f) != 0 ? 128 + (status & 0x7f) : (status >> 8) & 0xff;

    /// <summary>What it has printed, guest and emulator together.</summary>
    public string Output => File.ReadAllText(_log.FilePath, Encoding.Latin1);

    /// <summary>Starts the launcher with arguments.</summary>
    /// <param name="arguments">What follows <c>./ppcjit</c>.</param>
    /// <param name="keepsOutput">Whether what the guest prints is kept beside what PpcJit says; some print without end.</param>
    public static Launch Start(IReadOnlyList<string> arguments, bool keepsOutput = true) =>
        Start([Path.Combine(Repository.Find("Inspector"), "ppcjit"), .. arguments], [], keepsOutput);

    /// <summary>Starts a program that is PpcJit by another way.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="settings">What is added to the environment, each as <c>NAME=VALUE</c>.</param>
    public static Launch Start(IReadOnlyList<string> command, IReadOnlyList<string> settings) => Start(command, settings, keepsOutput: true);

    private static Launch Start(IReadOnlyList<string> command, IReadOnlyList<string> settings, bool keepsOutput)
    {
        PassingFile log = new("what PpcJit says,", []);
        byte* actions = stackalloc byte[ActionsSize];
        _ = ProcessCalls.InitActions(actions);
        _ = ProcessCalls.AddOpen(actions, 0, "/dev/null", ReadOnly, 0);
        _ = ProcessCalls.AddOpen(actions, 2, log.FilePath, WriteCreate, OwnerOnly);
        _ = keepsOutput ? ProcessCalls.AddDuplicate(actions, 2, 1) : ProcessCalls.AddOpen(actions, 1, "/dev/null", WriteCreate, OwnerOnly);
        byte** texts = NativeStrings.Of(command);
        byte** environment = NativeStrings.OfEnvironment(settings);
        try
        {
            int error = ProcessCalls.Spawn(out int child, command[0], actions, null, texts, environment);
            if (error == 0)
                return new Launch(child, log);
            log.Dispose();
            throw new BenchException($"{command[0]} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        finally
        {
            NativeStrings.Free(texts);
            NativeStrings.Free(environment);
            _ = ProcessCalls.DestroyActions(actions);
        }
    }

    /// <summary>Builds the program if its sources have changed, so that what is started next begins at once.</summary>
    /// <exception cref="BenchException">It cannot be built.</exception>
    public static void Prepare()
    {
        using Launch launch = Start(["boards"]);
        if (!launch.EndsWithin(BuildPatience) || launch.ExitCode != 0)
            throw new BenchException($"the launcher ppcjit failed:\n{launch.Tail()}");
    }

    /// <summary>Waits until the program runs its guest on the fast engine.</summary>
    /// <exception cref="BenchException">It ended before, or uses the interpreter.</exception>
    public void WaitForEngine()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            if (EndsWithin(Moment))
                throw EndedEarly();
            using Look? look = Look.WhenReady(Id);
            if (look is not null)
                return;
        }

        throw new BenchException(
            "PpcJit was started and has no fast engine: the interpreter runs no regions, so that there is nothing to look at.");
    }

    /// <summary>Waits for the program's end.</summary>
    /// <returns>Whether it ended in time.</returns>
    public bool EndsWithin(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (!HasEnded)
        {
            if (Stopwatch.GetElapsedTime(start) >= time)
                return false;
            Thread.Sleep(MillisecondsBetween);
        }

        return true;
    }

    /// <summary>What to say when it ended before it could be looked at.</summary>
    public BenchException EndedEarly() =>
        ExitCode == 0
            ? new BenchException("the guest ended before the last look. Look earlier (--looks, --every), or give it more to do.")
            : new BenchException(
                $"PpcJit ended with exit code {ExitCode}; it said: {Tail(1)}", ExitCode == Bench.ExitCode.BadInput
                    ? Bench.ExitCode.BadInput
                    : Bench.ExitCode.Failure);

    /// <summary>
    /// A process that ends while it is being attached to leaves threads behind that only their tracer can take away, and it has
    /// not ended as long as they are there.
    /// </summary>
    private void ReapThreads()
    {
        if (!ProcFiles.IsZombie(Id, Id))
            return;
        foreach (int thread in ProcFiles.ThreadsOf(Id).Where(thread => thread != Id && ProcFiles.IsZombie(Id, thread)))
            _ = ProcessCalls.Wait(thread, out _, DoNotWait | AnyKind, out _);
    }

    /// <summary>The last lines that it printed, for an error.</summary>
    private string Tail(int lines = 5) => string.Join('\n', Output.TrimEnd().Split('\n').TakeLast(lines));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!HasEnded)
        {
            _ = ProcessCalls.Signal(Id, ProcessCalls.Kill);
            _ = EndsWithin(Patience);
        }

        _ending.Dispose();
        _log.Dispose();
    }
}
