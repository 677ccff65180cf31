using PpcJit.Jit;
using PpcJit.Lab.Scenarios;
using PpcJit.Lab.Scenarios.Files;
using PpcJit.Lab.Scenarios.Reports;
using PpcJit.Lab.Scenarios.Running;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>Scenarios about the uarea guest.</summary>
internal static class UareaScenario
{
    private const string Kernel =
        """
        board: ref405ep
        memory: 32M
        image: guest:uarea
        command-line: "upages=2 fast=on OPTIONS"
        kernel:
          page-size: 16K
          kernel-pid: 1
          direct-virtual: 0
          direct-physical: 0
          direct-size: 32M
          current-lwp: curlwp
          lwp-name: 0
          lwp-uarea: 16
          lwp-list: all_lwps
          lwp-next: 28
          uarea-size: 32K
          pcb-size: 64
          page-table: kernel_page_table
          page-table-virtual: 0x80000000
          page-table-size: 16M
          tlb-reserved: 2
        end: {console: UAREA-OK, panic: "panic: ", instructions: 20M}
        """;

    /// <summary>Runs the only case of a scenario.</summary>
    /// <param name="options">Words of the guest's command line.</param>
    /// <param name="more">What stands in the file beside the kernel's description.</param>
    /// <param name="engine">Name of the engine.</param>
    /// <param name="workers">How many machines.</param>
    /// <param name="explains">Whether what is found is followed back.</param>
    public static CaseReport Run(string options, string more, string engine = "jit", int workers = 1, bool explains = false) =>
        RunAll(options, more, engine, workers, explains: explains).Cases[0];

    /// <summary>The same with the report around it.</summary>
    public static ScenarioReport RunAll(string options, string more, string engine = "jit", int workers = 1, string? folder = null,
        bool explains = false) =>
        ScenarioRunner.Run(
            ScenarioReader.Read("test.yaml", $"{Kernel.Replace("OPTIONS", options)}\n{more}", new Dictionary<string, string>()),
            new RunSettings(engine, processor => engine == "jit" ? new JitEngine(processor) : new InterpreterEngine(processor), workers)
            {
                RunFolder = folder, Explains = explains,
            });

    /// <summary>All of a report but engine and host times.</summary>
    public static string Comparable(CaseReport one) => Written.By(JsonReports.Write, new ScenarioReport
    {
        Scenario = "", Engine = "", Parts = [0], PartCount = 1,
        Cases = [one with { Seconds = 0, Searches = [.. one.Searches.Select(search => search with { Seconds = 0 })] }],
    });
}
