using System.Text.Json;
using System.Text.Json.Nodes;
using PpcJit.Bench;
using PpcJit.Inspector.Counting;

namespace PpcJit.Inspector.Tests;

/// <summary>Counts of host instructions.</summary>
[Platform("Linux")]
public sealed class CountTests
{
    private const string Subjects = "frame,switch,word-copy";

    /// <summary>
    /// What a region might be: its prologue, a look-up of a page, a check of a page that is held, the guest's work, and ways
    /// out.
    /// </summary>
    private static readonly (string Bytes, HostClass Class)[] Code =
    [
        ("53", HostClass.EntryExit), // push rbx
        ("48 89 fb", HostClass.Moves), // mov rbx,rdi: the state
        ("48 83 fe 09", HostClass.Budget), // cmp rsi,9
        ("7c 00", HostClass.Budget), // jl
        ("8b 43 0c", HostClass.EntryExit), // mov eax,[rbx+0xc]
        ("48 83 ee 05", HostClass.Budget), // sub rsi,5
        ("8b c8", HostClass.LookUps), // mov ecx,eax
        ("c1 e9 0c", HostClass.LookUps), // shr ecx,12
        ("49 8b 0c c8", HostClass.LookUps), // mov rcx,[r8+rcx*8]
        ("48 85 c9", HostClass.LookUps), // test rcx,rcx
        ("74 00", HostClass.LookUps), // je
        ("8b d0", HostClass.LookUps), // mov edx,eax
        ("81 e2 ff 0f 00 00", HostClass.LookUps), // and edx,0xfff
        ("81 fa fc 0f 00 00", HostClass.LookUps), // cmp edx,0xffc
        ("77 00", HostClass.LookUps), // ja
        ("0f 38 f0 14 01", HostClass.Work), // movbe edx,[rcx+rax]
        ("8b d2", HostClass.Moves), // mov edx,edx
        ("48 8b c8", HostClass.HeldChecks), // mov rcx,rax
        ("48 2b cf", HostClass.HeldChecks), // sub rcx,rdi
        ("48 81 f9 e8 0f 00 00", HostClass.HeldChecks), // cmp rcx,0xfe8
        ("77 00", HostClass.HeldChecks), // ja
        ("49 8d 0c 00", HostClass.HeldChecks), // lea rcx,[r8+rax]
        ("48 81 f9 e8 0f 00 00", HostClass.HeldChecks), // cmp rcx,0xfe8
        ("77 00", HostClass.HeldChecks), // ja
        ("89 4d f0", HostClass.Spills), // mov [rbp-0x10],ecx
        ("48 63 c9", HostClass.Conditions), // movsxd rcx,ecx
        ("01 d0", HostClass.Work), // add eax,edx
        ("eb 00", HostClass.Jumps), // jmp
        ("48 8d 0d 00 00 00 00", HostClass.Jumps), // lea rcx,[rip]
        ("8b 0c 91", HostClass.Jumps), // mov ecx,[rcx+rdx*4]
        ("4c 8d 05 00 00 00 00", HostClass.Jumps), // lea r8,[rip]
        ("49 03 c8", HostClass.Jumps), // add rcx,r8
        ("ff e1", HostClass.Jumps), // jmp rcx
        ("89 43 10", HostClass.EntryExit), // mov [rbx+0x10],eax
        ("c1 ea 02", HostClass.EntryExit), // shr edx,2: the jump cache
        ("41 39 14 24", HostClass.EntryExit), // cmp [r12],edx
        ("75 00", HostClass.EntryExit), // jne
        ("5b", HostClass.EntryExit), // pop rbx
        ("41 ff 64 24 08", HostClass.EntryExit), // jmp [r12+8]
    ];

    [Test]
    public void Each_host_instruction_has_the_class_of_what_it_is_for()
    {
        byte[] bytes = [.. Code.SelectMany(one => Convert.FromHexString(one.Bytes.Replace(" ", "", StringComparison.Ordinal)))];
        HostClass[] classes = HostClassifier.Classify(HostClassifier.Decode(bytes, 0x7000));
        Assert.That(classes, Is.EqualTo(Code.Select(one => one.Class)));
    }

    [Test]
    public void Every_idiom_can_be_assembled() =>
        Assert.That(Idioms.All.Select(idiom => IdiomText.Words(idiom.Text).Length), Is.All.InRange(3, 4096));

    [Test]
    public void Counts_are_the_same_each_time_and_fail_where_they_have_risen()
    {
        using TemporaryFile first = new([]), second = new([]), bounds = new([]);
        Assert.That(Count($"--only {Subjects} --json '{first.Path}' --update '{bounds.Path}'").ExitCode, Is.Zero);
        ProcessResult again = Count($"--only {Subjects} --json '{second.Path}' --check '{bounds.Path}'");
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(again.Output, Does.Contain("count: 3 of 3 hold."));
        Assert.That(Exact(second.Path), Is.EqualTo(Exact(first.Path)));

        Change(bounds.Path, file => file["hostPerGuest"]!["frame"] = (double)file["hostPerGuest"]!["frame"]! / 1.02);
        ProcessResult risen = Count($"--only frame,switch --check '{bounds.Path}'");
        Assert.That(risen.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(risen.Output, Does.Match(@"count: frame is \d\.\d+, its bound \d\.\d+: RISEN").And.Contain("count: 1 of 2 hold."));

        Change(bounds.Path, file => file["runtime"] = "9.0.0");
        ProcessResult other = Count($"--only frame --check '{bounds.Path}'");
        Assert.That(other.ExitCode, Is.Zero);
        Assert.That(other.Output, Does.StartWith("count: not checked: the bounds are those of .NET 9.0.0"));
    }

    [Test]
    public void A_group_of_accesses_saves_host_instructions()
    {
        using TemporaryFile on = new([]), off = new([]);
        Count($"--only frame --json '{on.Path}'");
        Count($"--only frame --json '{off.Path}' --jit-opt access-groups=off");
        Assert.That(PerGuest(on.Path), Is.LessThan(PerGuest(off.Path) / 2));
    }

    [TestCase("--only bogus", "--only bogus")]
    [TestCase("--jit-opt bogus=on", "--jit-opt bogus=on")]
    [TestCase("--check /nowhere/counts.json", "--check /nowhere/counts.json")]
    [TestCase("--json /nowhere/counts.json", "--json /nowhere/counts.json")]
    public void What_cannot_be_counted_is_said_in_a_line(string arguments, string reason)
    {
        ProcessResult result = Count(arguments);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.Error);
        Assert.That(result.Error, Does.StartWith("inspector: ").And.Contain(reason));
    }

    private static void Change(string path, Action<JsonNode> change)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(path))!;
        change(file);
        File.WriteAllText(path, file.ToJsonString());
    }

    /// <summary>What must not differ: all but what the runtime does outside of regions.</summary>
    private static string[] Exact(string path)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(path));
        return [.. report.RootElement.GetProperty("subjects").EnumerateArray().Select(subject =>
            $"{subject.GetProperty("name")} {subject.GetProperty("instructions")} {subject.GetProperty("host")} {subject.GetProperty("classes")}")];
    }

    private static double PerGuest(string path)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(path));
        return report.RootElement.GetProperty("subjects")[0].GetProperty("hostPerGuest").GetDouble();
    }

    private static ProcessResult Count(string arguments) =>
        PpcJitProcess.Shell($"dotnet '{typeof(InspectorCommand).Assembly.Location}' count {arguments}");
}
