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
    /// <summary>So many times as long as usual a test may take before it counts as one that never ends.</summary>
    private const int Patience = 20;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(20);

    private readonly StreamWriter _log;
    private readonly NUnitTestAssemblyRunner _runner = new(new DefaultTestAssemblyBuilder());
    private readonly Dictionary<string, double> _usual = [];
    private readonly bool[]? _reached;
    private readonly bool[]? _inInitializer;
    private readonly Dictionary<string, HashSet<int>> _ofSuites = [];
    private readonly Lock _lock = new();
    private string? _current;
    private long _deadline = long.MaxValue;

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
            if (context.LoadFromAssemblyPath(file).GetType(MutantSwitch.TypeName) is { } type && type.GetField("Reached") is { } field)
                (_reached, _inInitializer) = ((bool[])field.GetValue(null)!, (bool[])type.GetField("InInitializer")!.GetValue(null)!);
        }

        // Without the second, another thread would tell of a test's begin and end later.
        _runner.Load(tests, new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0, ["SynchronousEvents"] = true });
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

    /// <summary>Runs the tests of a list, in the order of its parts, until one fails.</summary>
    /// <param name="assembly">The assembly of tests.</param>
    /// <param name="log">Where to write what happens.</param>
    /// <param name="list">A file with a line for each test: its part, its usual milliseconds, its name.</param>
    public static int Run(string assembly, string log, string list)
    {
        string[][] lines = [.. File.ReadLines(list).Select(line => line.Split('\t', 3))];
        TestHost host = new(assembly, log);
        foreach (string[] line in lines)
            host._usual[line[2]] = double.Parse(line[1], CultureInfo.InvariantCulture);
        new Thread(host.Watch) { IsBackground = true }.Start();
        foreach (IGrouping<string, string[]> part in lines.GroupBy(line => line[0]))
        {
            HashSet<string> names = [.. part.Select(line => line[2])];
            host._runner.Run(host, new Choice(test => names.Contains(test.FullName)));
        }

        host.Note("done", "", []);
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
            _deadline = Stopwatch.GetTimestamp() + (long)((usual > LeastPatience
                ? usual
                : LeastPatience).TotalSeconds * Stopwatch.Frequency);
        }

        Note("start", test.FullName, []);
    }

    /// <inheritdoc/>
    public void TestFinished(ITestResult result)
    {
        if (result.Test.IsSuite)
        {
            // A set-up that fails fails all that is in the suite.
            if (_usual.Count > 0 && result.ResultState.Site is FailureSite.SetUp or FailureSite.TearDown
                && result.ResultState.Status == TestStatus.Failed)
                End("failed", result.FullName);
            return;
        }

        lock (_lock)
            (_current, _deadline) = (null, long.MaxValue);
        bool failed = result.ResultState.Status == TestStatus.Failed;
        if (failed && _usual.Count > 0)
            End("failed", result.FullName);
        HashSet<int> reached = TakeReached();
        for (ITest? suite = result.Test.Parent; suite is not null; suite = suite.Parent)
            reached.UnionWith(_ofSuites.GetValueOrDefault(suite.FullName) ?? []);
        Note(failed ? "failed" : "passed", result.FullName, reached, result.Duration * 1000);
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

    private void Watch()
    {
        while (true)
        {
            Thread.Sleep(100);
            string? late;
            lock (_lock)
                late = Stopwatch.GetTimestamp() > _deadline ? _current : null;
            if (late is not null)
                End("timeout", late);
        }
    }

    private void End(string what, string test)
    {
        Note(what, test, []);
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>The tests that a condition holds for.</summary>
    private sealed class Choice(Func<ITest, bool> holds) : TestFilter
    {
        public override bool Match(ITest test) => !test.IsSuite && holds(test);

        public override TNode AddToXml(TNode parentNode, bool recursive) => parentNode;
    }
}
