using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using PpcJit.Mutation.Mutants;

namespace PpcJit.Mutation.Runs;

/// <summary>
/// Runs tests in this process, one after the other, and writes down what happens as it happens, so that the test is
/// known in which the process ends.
/// </summary>
internal sealed class TestHost : ITestListener
{
    /// <summary>
    /// Times its usual processor time that a test may take before it counts as one that never ends: other programs of
    /// the machine take nothing from that.
    /// </summary>
    public const int Patience = 20;

    /// <summary>Times that in wall time, for a test that waits.</summary>
    private const int WaitingPatience = 6;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(10);

    private readonly StreamWriter _log;
    private readonly NUnitTestAssemblyRunner _runner = new(new DefaultTestAssemblyBuilder());
    private readonly Dictionary<string, double> _usual = [];
    private readonly bool[]? _reached;
    private readonly bool[]? _inInitializer;
    private readonly FieldInfo? _active;
    private readonly Dictionary<string, HashSet<int>> _ofSuites = [];
    private readonly Lock _lock = new();
    private string? _current;
    private TimeSpan _begun;
    private TimeSpan _allowed;
    private long _waitsUntil = long.MaxValue;
    private string? _failed;

    private TestHost(string assembly, string log)
    {
        // Each line is with the system before the next thing happens.
        _log = new StreamWriter(
            new FileStream(log, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0)) { AutoFlush = true, NewLine = "\n" };
        // Where tests look for files of their own.
        AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", Path.GetDirectoryName(assembly) + "/");
        TestFolderContext context = new(Path.GetDirectoryName(assembly)!);
        Assembly tests = context.LoadFromAssemblyPath(assembly);
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(assembly)!, "PpcJit.*.dll"))
        {
            if (context.LoadFromAssemblyPath(file).GetType(MutantSwitch.TypeName) is not { } type)
                continue;
            _active = type.GetField("Active");
            if (type.GetField("Reached") is { } field)
                (_reached, _inInitializer) = ((bool[])field.GetValue(null)!, (bool[])type.GetField("InInitializer")!.GetValue(null)!);
        }

        // Without the second, another thread would tell of a test's begin and end later.
        _runner.Load(tests, new Dictionary<string, object>
        {
            ["NumberOfTestWorkers"] = 0, ["SynchronousEvents"] = true, ["StopOnError"] = _active is not null,
        });
    }

    /// <summary>Runs all tests and writes, for each, how long it took and which mutants it came to.</summary>
    public static int Cover(string assembly, string log, string leftOut)
    {
        TestHost host = new(assembly, log);
        host.Note("all", "", host.TakeReached());
        host._runner.Run(host, new Choice(test => !test.Properties[PropertyNames.Category].Contains(leftOut) && !IsWithin(test, leftOut)));
        for (int n = 0; n < (host._inInitializer?.Length ?? 0); n++)
        {
            if (host._inInitializer![n])
                host.Note("all", "", [n]);
        }

        return 0;
    }

    /// <summary>Tries mutants: runs the tests of a list for each, in the order of its parts, until one fails.</summary>
    /// <param name="assembly">The assembly of tests.</param>
    /// <param name="log">Where to write what happens; <see cref="HostLog"/> reads it.</param>
    /// <param name="list">
    /// A file with a line for each test of each mutant: the mutant, its part, its usual milliseconds, its name.
    /// </param>
    public static int Run(string assembly, string log, string list)
    {
        string[][] lines = [.. File.ReadLines(list).Select(line => line.Split('\t', 4))];
        TestHost host = new(assembly, log);
        new Thread(host.Watch) { IsBackground = true }.Start();
        foreach (IGrouping<string, string[]> mutant in lines.GroupBy(line => line[0]))
            host.Try(int.Parse(mutant.Key, CultureInfo.InvariantCulture), [.. mutant]);

        // Threads that a mutant left behind are not waited for.
        host._log.Dispose();
        Process.GetCurrentProcess().Kill();
        return 0;
    }

    /// <inheritdoc/>
    public void TestStarted(ITest test)
    {
        if (test.IsSuite)
            return;

        // What came before is the set-up of the suites that the test is in.
        string suite = test.Parent?.FullName ?? "";
        if (!_ofSuites.TryGetValue(suite, out HashSet<int>? shared))
            _ofSuites[suite] = shared = [];
        shared.UnionWith(TakeReached());
        lock (_lock)
        {
            _current = test.FullName;
            TimeSpan usual = TimeSpan.FromMilliseconds(_usual.GetValueOrDefault(_current) * Patience);
            (_begun, _allowed) = (Environment.CpuUsage.TotalTime, usual > LeastPatience ? usual : LeastPatience);
            _waitsUntil = Stopwatch.GetTimestamp() + (long)(_allowed.TotalSeconds * WaitingPatience * Stopwatch.Frequency);
        }

        Note("start", test.FullName, []);
    }

    /// <inheritdoc/>
    public void TestFinished(ITestResult result)
    {
        bool failed = result.ResultState.Status == TestStatus.Failed;
        if (result.Test.IsSuite)
        {
            // A set-up that fails fails all that is in the suite.
            if (failed && result.ResultState.Site is FailureSite.SetUp or FailureSite.TearDown)
                _failed ??= result.FullName;
            return;
        }

        double milliseconds;
        lock (_lock)
        {
            milliseconds = (Environment.CpuUsage.TotalTime - _begun).TotalMilliseconds;
            (_current, _waitsUntil) = (null, long.MaxValue);
        }

        if (failed)
            _failed ??= result.FullName;
        if (_active is not null)
            return;
        HashSet<int> reached = TakeReached();
        for (ITest? suite = result.Test.Parent; suite is not null; suite = suite.Parent)
            reached.UnionWith(_ofSuites.GetValueOrDefault(suite.FullName) ?? []);
        Note(failed ? "failed" : "passed", result.FullName, reached, milliseconds);
    }

    /// <inheritdoc/>
    public void TestOutput(TestOutput output)
    {
        // Nobody reads it.
    }

    /// <inheritdoc/>
    public void SendMessage(TestMessage message)
    {
        // Nobody reads it.
    }

    private static bool IsWithin(ITest test, string category)
    {
        for (ITest? outer = test.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer.Properties[PropertyNames.Category].Contains(category))
                return true;
        }

        return false;
    }

    private HashSet<int> TakeReached()
    {
        HashSet<int> reached = [];
        for (int n = 0; n < (_reached?.Length ?? 0); n++)
        {
            if (_reached![n])
                reached.Add(n);
        }

        if (_reached is not null)
            Array.Clear(_reached);
        return reached;
    }

    private void Note(string what, string test, IEnumerable<int> mutants, double milliseconds = 0)
    {
        lock (_lock)
            _log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}\t{milliseconds:F1}\t{string.Join(' ', mutants)}\t{test}"));
    }

    private void Try(int mutant, string[][] tests)
    {
        _active!.SetValue(null, mutant);
        Note("mutant", "", [mutant]);
        _usual.Clear();
        foreach (string[] test in tests)
            _usual[test[3]] = double.Parse(test[2], CultureInfo.InvariantCulture);
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        double Milliseconds() => (Environment.CpuUsage.TotalTime - begun).TotalMilliseconds;
        foreach (IGrouping<string, string[]> part in tests.GroupBy(test => test[1]))
        {
            if (Fails([.. part.Select(test => test[3])]) is not { } failed)
                continue;

            // What the mutants left behind may be the reason; then the test fails without any.
            _active.SetValue(null, -1);
            bool isSpoilt = Fails([failed]) is not null;
            Note(isSpoilt ? "spoilt" : "failed", failed, [mutant], Milliseconds());
            if (isSpoilt)
                Process.GetCurrentProcess().Kill();
            return;
        }

        Note("done", "", [mutant], Milliseconds());
    }

    /// <summary>Runs tests until one fails.</summary>
    /// <returns>That test, or the suite whose set-up failed.</returns>
    private string? Fails(HashSet<string> names)
    {
        _failed = null;
        _runner.Run(this, new Choice(test => names.Contains(test.FullName) || IsIn(test, names)));
        return _failed;
    }

    private static bool IsIn(ITest test, HashSet<string> names)
    {
        for (ITest? outer = test.Parent; outer is not null; outer = outer.Parent)
        {
            if (names.Contains(outer.FullName))
                return true;
        }

        return false;
    }

    private void Watch()
    {
        while (true)
        {
            Thread.Sleep(100);
            string? late;
            lock (_lock)
            {
                bool isLate = _current is not null
                    && (Environment.CpuUsage.TotalTime - _begun > _allowed || Stopwatch.GetTimestamp() > _waitsUntil);
                late = isLate ? _current : null;
            }

            if (late is null)
                continue;
            Note("timeout", late, []);
            Process.GetCurrentProcess().Kill();
        }
    }

    /// <summary>The tests that a condition holds for.</summary>
    private sealed class Choice(Func<ITest, bool> holds) : TestFilter
    {
        public override bool Match(ITest test) => !test.IsSuite && holds(test);

        public override TNode AddToXml(TNode parentNode, bool recursive) => parentNode;
    }
}
