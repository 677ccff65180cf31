using System.Text;
using PpcJit.Cli.Parsing;
using PpcJit.Kernel;
using PpcJit.Lab.Differential.Cases;
using PpcJit.Lab.Scenarios.Files;

namespace PpcJit.Inspector.Fuzzing;

/// <summary>Files that people write, and words of the command line.</summary>
internal static class TextFormats
{
    private const string Scenario =
        "name: x\ntitle: t\nboard: ref405ep\nmemory: 16M\nimage: &i guest:uarea\nsettings: {a: 1, b: *i}\nmatrix: {c: [1, 2], d: [x, y]}\n"
        + "command-line: '${a} ${c}'\nkernel: {page-size: 16K}\ninject:\n  - raise pit at main+4 on call 2\nchecks: [stack-overflow]\n"
        + "end: {console: OK, instructions: 10M}\nexpect: [{when: {c: 1}, finding: none}]\n";

    private const string Search =
        "name: y\nboard: ref405ep\nimage: guest:uarea\nchecks: [lost-return-state, exception-loop]\n"
        + "search:\n  - {inject: raise pit, from: main, window: 1000, pass: 50000}\n";

    private const string Case =
        "# a comment\nrun 100 250\nr3 = 80000000\ntlb 5 = 00004740 00004300 00\n"
        + "memory 00008000 = 01234567 89abcdef\ncode 00004000\nloop: addic. r3,r3,1\n  bc 4,2,loop\nexpect\nr3 = 1\n";

    public static IReadOnlyList<InputFormat> All { get; } =
    [
        Of("scenario", text => ScenarioReader.Read("test.yaml", text, new Dictionary<string, string>()), Scenario, Search),
        Of("case", text => CaseParser.Parse("test.case", text), Case),
        Of("numbers", ReadNumbers, "400000", "64M", "0x00400000", "41,233,107"),
        Of("net", text => NetworkText.Parse(text), "user", "none,pcap=a,,b", "tap,ifname=tap0,mac=02:00:5e:10:00:01",
            "user,tftp=/tmp,bootfile=uImage,restrict=on,hostfwd=tcp::2222-:22,hostfwd=udp:0.0.0.0:69-10.0.2.15:69"),
        Of("escapes", text => EscapedText.Bytes("--input", text), @"root\nuname -a\n", @"login: =>\x1b\\ü"),
    ];

    /// <summary>A kind whose inputs are texts.</summary>
    public static InputFormat Of(string name, Action<string> read, params IEnumerable<string> samples) =>
        new(name, [.. samples.Select(Encoding.UTF8.GetBytes)], bytes => read(Encoding.UTF8.GetString(bytes)));

    private static void ReadNumbers(string text)
    {
        Numbers.TryCount(text, out _);
        Numbers.TrySize(text, out _);
        if (text.StartsWith("0x", StringComparison.Ordinal))
            Numbers.Address("--load", text);
    }
}
