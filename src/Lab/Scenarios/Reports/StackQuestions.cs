namespace PpcJit.Lab.Scenarios.Reports;

/// <summary>
/// Answers the two open questions of NetBSD's kern/54994 from the reports of the scenarios <c>kern-54994</c> and
/// <c>kern-54994-entries</c>.
/// </summary>
public static class StackQuestions
{
    private const string Entry = "entry", UPages = "upages", Fast = "fast", UArea = "uarea", Handler = "handler";

    /// <summary>Gives the answers as text, with what was found in these runs.</summary>
    /// <param name="rows">An interrupt everywhere, for each way to build the kernel.</param>
    /// <param name="entries">The stack's page out of the TLB, ahead of each instruction of a handler.</param>
    public static string Answer(ScenarioReport rows, ScenarioReport entries)
    {
        StringWriter text = new() { NewLine = "\n" };
        WriteHandlers(text, entries);
        text.WriteLine();
        WriteSoftInterrupts(text, rows);
        return text.ToString();
    }

    private static void WriteHandlers(StringWriter text, ScenarioReport entries)
    {
        text.WriteLine("(a) With the MMU enabled before the stack is used, why do other handlers survive a TLB miss "
            + "where the external interrupt's panics?");
        text.WriteLine("    A TLB miss overwrites SRR0, SRR1 and SPRG1. The others have taken what they need out of "
            + "them before their first store to the stack, so the");
        text.WriteLine("    store is simply retried. The interrupt's entry has not: after the miss it takes its own "
            + "store for the interrupted instruction.");
        foreach (CaseReport one in entries.Cases)
            text.WriteLine($"    - {Setting(one, Handler)}: the page was taken away {Trials(one)} times, {Fatal(one)}.");
        WriteChain(text, entries.Cases);
    }

    private static void WriteSoftInterrupts(StringWriter text, ScenarioReport rows)
    {
        text.WriteLine("(b) Why only with __HAVE_FAST_SOFTINTS?");
        text.WriteLine("    The interrupt must come while the running stack's page is not in the TLB. cpu_switchto "
            + "loads the new stack's frame before it enables interrupts;");
        text.WriteLine("    the fast soft interrupt switch reads only the pcb, which with UPAGES = 2 is in another "
            + "page than the stack, and enables them at once.");
        Compare(text, rows, "fast soft interrupts, UPAGES = 2, stacks in KVA", (Fast, "on"), (UPages, "2"), (UArea, "kva"));
        Compare(text, rows, "the same without fast soft interrupts", (Fast, "off"), (UPages, "2"), (UArea, "kva"));
        Compare(text, rows, "the same with UPAGES = 1: pcb and stack share a page", (Fast, "on"), (UPages, "1"), (UArea, "kva"));
        WriteChain(text, rows.Cases.Where(one => Setting(one, Entry) == "mmu-first"));
    }

    private static void Compare(StringWriter text, ScenarioReport rows, string what, params (string Name, string Value)[] settings)
    {
        foreach (CaseReport one in rows.Cases.Where(one =>
            Setting(one, Entry) == "mmu-first" && settings.All(setting => Setting(one, setting.Name) == setting.Value)))
            text.WriteLine($"    - {what}: {Trials(one)} places, {Fatal(one)}.");
    }

    private static void WriteChain(StringWriter text, IEnumerable<CaseReport> cases)
    {
        if (cases.Select(one => one.FirstFinding).OfType<FindingReport>().FirstOrDefault() is not { } finding)
            return;
        text.WriteLine($"    {finding.Summary}");
        foreach (StepReport step in finding.Chain)
            text.WriteLine($"    {step.Count,12:N0}  {step.Place,-28} {step.Text}");
    }

    private static string Setting(CaseReport one, string name) => one.Settings.FirstOrDefault(setting => setting.Key == name).Value ?? "";

    private static string Trials(CaseReport one) => $"{one.Searches.Sum(search => search.Trials):N0}";

    private static string Fatal(CaseReport one)
    {
        FatalPlace[] fatal = [.. one.Searches.SelectMany(search => search.Fatal)];
        return fatal.Length == 0
            ? "never fatal"
            : $"{one.Searches.Sum(search => search.FatalCount):N0} fatal, "
                + $"in {string.Join(", ", fatal.Select(place => place.Function).Distinct())}";
    }
}
