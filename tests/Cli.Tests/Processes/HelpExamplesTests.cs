using System.Text.RegularExpressions;

namespace PpcJit.Cli.Tests.Processes;

/// <summary>The examples of <c>boot --help</c> are what people copy: those that need no Linux guest are run here, with files of the
/// names that they have.</summary>
[TestFixture]
internal sealed partial class HelpExamplesTests
{
    [Test]
    public void Every_example_of_boot_that_names_a_file_works()
    {
        string folder = Directory.CreateTempSubdirectory("ppcjit-examples-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "firmware.bin"), CountingFirmware.Flash());
            File.WriteAllBytes(Path.Combine(folder, "u-boot.bin"), CountingFirmware.Image());
            File.WriteAllBytes(Path.Combine(folder, "vmlinux.elf"), RawImage.LoopingElf());
            File.WriteAllBytes(Path.Combine(folder, "rootfs.cpio"), new byte[4096]);
            using RawImage loop = RawImage.ThatLoops();
            byte[] program = new byte[0x200];
            File.ReadAllBytes(loop.FilePath).CopyTo(program, 0x100);
            File.WriteAllBytes(Path.Combine(folder, "program.bin"), program);
            File.WriteAllBytes(Path.Combine(folder, "uImage"), new UImageBuilder([0x48, 0, 0, 0]).Build());
            FitBuilder fit = new FitBuilder([0x60, 0, 0, 0, 0x48, 0, 0, 0]).Configuration("board-2", ("kernel", "kernel-1"));
            File.WriteAllBytes(Path.Combine(folder, "kernel.itb"), fit.Build());
            HostTool.Run("dtc", "device-tree-compiler", "-O", "dtb", "-o", Path.Combine(folder, "board.dtb"), SampleFile(folder));

            string[] examples = [.. Example().Matches(PpcJitProcess.Run("boot", "--help").Output).Select(match => match.Groups[1].Value)];
            Assert.That(examples, Has.Length.GreaterThanOrEqualTo(6));
            Assert.That(examples, Has.Some.Contains("--load 0xfff80000 --entry 0xfffffffc"));
            foreach (string example in examples)
            {
                ProcessResult result = PpcJitProcess.Shell($"ppcjit=$PWD/ppcjit; cd {folder} && $ppcjit boot {example} --max-instructions 1M");
                Assert.That(result.ExitCode, Is.Zero, $"{example}: {result.Error}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string SampleFile(string folder)
    {
        string path = Path.Combine(folder, "board.dts");
        File.WriteAllText(path, SampleTree.Source);
        return path;
    }

    [GeneratedRegex(@"^ *ppcjit boot ((?!linux|\[).+?)(  .*)?$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
