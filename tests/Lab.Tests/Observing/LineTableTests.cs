using System.Text.RegularExpressions;
using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;
using PpcJit.Lab.Observing.Lines;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Line tables, compared with what readelf reads.</summary>
public sealed class LineTableTests
{
    [TestCase("-gdwarf-2")]
    [TestCase("-gdwarf-3")]
    [TestCase("-gdwarf-4")]
    [TestCase("-gdwarf-5")]
    [TestCase("-gdwarf-5 -gz=zlib")]
    public void Lines_of_each_version_are_those_that_readelf_finds(string option)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string program = Path.Combine(folder, "program");
            string source = HostTool.RepositoryFile("guests/demo");
            (int exitCode, _, string errors) = HostTool.Run("powerpc-linux-gnu-gcc", "gcc-powerpc-linux-gnu",
                ["-O2", "-ffreestanding", "-nostdlib", "-static", "-Wl,-e,print_hex", "-Wl,--unresolved-symbols=ignore-all", "-w",
                    .. option.Split(' '), $"{source}/print.c", $"{source}/memory.c", "-o", program]);
            Assert.That(exitCode, Is.Zero, errors);
            Compare(program);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Lines_of_the_own_guests_are_those_that_readelf_finds([Values("demo", "uarea", "stress")] string guest) =>
        Compare(HostTool.RepositoryFile($"guests/{guest}/{guest}.debug"));

    [Test]
    public void Damaged_lines_give_an_error_or_lines_but_never_anything_else()
    {
        byte[] file = EmbeddedGuests.FindSymbols("guest:demo")!.Value.ToArray();
        Random random = new(405);
        for (int n = 0; n < 3000; n++)
        {
            byte[] damaged = (byte[])file.Clone();
            for (int change = 0; change < 3; change++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                LineTable.Read(new ImageBytes("damaged", damaged))?.Find(0x102010);
            }
            catch (InputException)
            {
            }
        }
    }

    private static void Compare(string program)
    {
        LineTable lines = LineTable.Read(InputFile.Read(program))!;
        (int exitCode, byte[] output, _) = HostTool.Run("powerpc-linux-gnu-readelf", "binutils-powerpc-linux-gnu", "--debug-dump=decodedline",
            "-W", program);
        Assert.That(exitCode, Is.Zero);

        // Of several rows for one address the last one counts.
        Dictionary<uint, (string File, int Line)> wanted = [];
        foreach (Match row in Regex.Matches(System.Text.Encoding.UTF8.GetString(output),
            @"(?m)^(?<file>\S+) +(?<line>\d+|-) +0x(?<address>[0-9a-f]+)"))
        {
            uint address = Convert.ToUInt32(row.Groups["address"].Value, 16);
            if (row.Groups["line"].Value != "-")
                wanted[address] = (row.Groups["file"].Value, int.Parse(row.Groups["line"].Value));
        }

        Assert.That(wanted, Has.Count.GreaterThan(20));
        foreach ((uint address, (string file, int line)) in wanted)
        {
            Assert.That(lines.Find(address)?.Line, Is.EqualTo(line), $"0x{address:x8}");
            Assert.That(Path.GetFileName(lines.Find(address)?.File), Is.EqualTo(file), $"0x{address:x8}");
        }
    }
}
