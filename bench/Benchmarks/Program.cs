using BenchmarkDotNet.Running;

// In this process: the benchmarks build guests of their own, and a build of a project for each would take longer than they do.
return BenchmarkSwitcher.FromAssembly(typeof(PpcJit.Benchmarks.BenchMachine).Assembly).Run(["--inProcess", .. args])
    .Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
