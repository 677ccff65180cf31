using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PpcJit.Bench;
using PpcJit.Bench.Hosting;
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
        ("c1 e9 0c", HostClass.LookUps), // shr ecx,12
        ("49 8b 0c c8", HostClass.LookUps), // mov rcx,[r8+rcx*8]
        ("48 85 c9", HostClass.LookUps), // test rcx,rcx
        ("74 00", HostClass.LookUps), // je
        ("a8 03", HostClass.LookUps), // test al,3
        ("75 00", HostClass.LookUps), // jne
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

    /// <summary>As QEMU writes it: instructions without code of their own, a look-up, a helper that the block calls.</summary>
    private const string PeerLog = """
        ----------------
        IN: 
        0x00402000:  3d2036db  lis      r9, 0x36db
        0x00402004:  61296db7  ori      r9, r9, 0x6db7
        0x00402008:  7d5be850  subf     r10, r27, r29
        0x0040200c:  81540000  lwz      r10, 0(r20)
        0x00402010:  7f74db78  mr       r20, r27

        OUT: [size=80]
          -- guest addr 0x00402008 + tb prologue
        0x7f0000001000:  8b 5d f0                 movl     -0x10(%rbp), %ebx
        0x7f0000001003:  85 db                    testl    %ebx, %ebx
        0x7f0000001005:  0f 8c 7f 00 00 00        jl       0x7f000000108a
        0x7f000000100b:  8b 5d 74                 movl     0x74(%rbp), %ebx
        0x7f000000100e:  c7 85 70 01 00 00 20 00  movl     $0x20, 0x170(%rbp)
        0x7f0000001016:  00 00
          -- guest addr 0x0040200c
        0x7f0000001018:  8b fb                    movl     %ebx, %edi
        0x7f000000101a:  c1 ef 07                 shrl     $7, %edi
        0x7f000000101d:  23 7d 80                 andl     -0x80(%rbp), %edi
        0x7f0000001020:  48 03 7d 88              addq     -0x78(%rbp), %rdi
        0x7f0000001024:  3b 37                    cmpl     (%rdi), %esi
        0x7f0000001026:  0f 85 33 00 00 00        jne      0x7f000000105f
        0x7f000000102c:  48 03 77 10              addq     0x10(%rdi), %rsi
        0x7f0000001030:  0f 38 f0 1e              movbel   (%rsi), %ebx
          -- tb slow paths + alignment
        0x7f0000001034:  ff 15 09 00 00 00        callq    *9(%rip)
        0x7f000000103a:  e9 00 00 00 00           jmp      0x7f000000103f
          data: [size=8]
        0x7f0000001040:  .quad  0x000055a88a25fae0

        """;

    [Test]
    public void What_QEMU_executes_is_told_apart_by_its_own_log()
    {
        ulong[] block = [0x1000, 0x1003, 0x1005, 0x100b, 0x100e, 0x1018, 0x101a, 0x101d, 0x1020, 0x1024, 0x1026, 0x102c, 0x1030];
        ulong[] window = [1, 2, .. block.Select(InCode), InCode(0x1034), 3, 4, 5, InCode(0x103a), 6, .. block[..6].Select(InCode)];
        PeerCount count = new("peer");
        count.Add(window, PeerCode.Read(new StringReader(PeerLog)));
        Assert.Multiple(() =>
        {
            Assert.That(count.Instructions, Is.EqualTo(5 + 5));
            Assert.That(count.HostPerGuest, Is.EqualTo(window.Length / 10.0).Within(1e-9));
            Assert.That(Of(PeerClass.Checks), Is.EqualTo(6));
            Assert.That(Of(PeerClass.State), Is.EqualTo(4));
            Assert.That(Of(PeerClass.LookUps), Is.EqualTo(7 + 1));
            Assert.That(Of(PeerClass.Work), Is.EqualTo(2));
            Assert.That(Of(PeerClass.Jumps), Is.EqualTo(1));
            Assert.That(Of(PeerClass.Helpers), Is.EqualTo(3));
            Assert.That(Of(PeerClass.RunLoop), Is.EqualTo(3));
        });
        long Of(PeerClass one) => (long)Math.Round(count.PerGuest(one) * count.Instructions);
        static ulong InCode(ulong offset) => 0x7f0000000000 + offset;
    }

    [Test]
    public void QEMU_is_counted_in_the_same_program()
    {
        if (!Qemu.IsInstalled)
            Assert.Ignore(Qemu.HowToInstall);
        ProcessResult result = Count("--only hash --qemu");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        double[] numbers = [.. result.Output.Split('\n').Last(line => line.TrimStart().StartsWith("hash", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        Assert.That(numbers[1], Is.InRange(5, 9), "host instructions of QEMU for each of the guest's");
        Assert.That(numbers[3..].Sum(), Is.EqualTo(numbers[1]).Within(0.05), "the classes are all there is");
        Assert.That(numbers[^1], Is.LessThan(1), "the run loop");
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

    /// <summary>Without linear ranges, which make loads cheaper that are in no group.</summary>
    [Test]
    public void A_group_of_accesses_saves_host_instructions()
    {
        using TemporaryFile on = new([]), off = new([]);
        Count($"--only frame --json '{on.Path}' --jit-opt linear-ranges=off");
        Count($"--only frame --json '{off.Path}' --jit-opt linear-ranges=off --jit-opt access-groups=off");
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
