using PpcJit.Kernel;
using PpcJit.Kernel.Files;
using PpcJit.Kernel.Guests;
using PpcJit.Lab.Debugging.Grammar;
using PpcJit.Lab.Observing.Lines;

namespace PpcJit.Lab.Tests.Observing;

/// <summary>Arguments of functions, and members of what they point to, out of debug information.</summary>
public sealed class ArgumentTableTests
{
    private const string Source =
        """
        struct inner { char c; short h; int array[4]; };
        struct outer { struct outer *next; unsigned char byte; const struct inner *inner; long long wide; union { int u; char uc; };
            struct { short in1, in2; }; unsigned low:3, middle:7; unsigned long long far:40; struct inner nested; };
        typedef struct outer *outer_t;
        __attribute__((noinline)) int f(int a, long long wide, const outer_t o, unsigned char b) { return a + (int)wide + o->inner->h + b; }
        int main(void) { return f(1, 2, 0, 3); }
        """;

    [TestCase("-gdwarf-2")]
    [TestCase("-gdwarf-3")]
    [TestCase("-gdwarf-4")]
    [TestCase("-gdwarf-5")]
    public void Arguments_are_in_their_registers_and_members_at_their_offsets(string option)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string program = Path.Combine(folder, "program");
            File.WriteAllText(program + ".c", Source);
            (int exitCode, _, string errors) = HostTool.Run(
                "powerpc-linux-gnu-gcc", "gcc-powerpc-linux-gnu", "-O1", "-ffreestanding", "-nostdlib", "-static", "-Wl,-e,main", option, program
                    + ".c", "-o", program);
            Assert.That(exitCode, Is.Zero, errors);
            ImageBytes file = InputFile.Read(program);
            Kernel.Loading.SymbolTable symbols = Kernel.Loading.SymbolListing.Read(file);
            Assert.That(symbols.TryFind("f", out Kernel.Loading.Symbol? f), Is.True);
            FunctionArguments arguments = ArgumentTable.Read(file)!.Find(f!.Address)!;

            // What is eight bytes wide begins in an odd register, here r5, and is no value of 32 bits.
            Assert.That(arguments.Names, Is.EqualTo(["a", "o", "b"]));
            Assert.That(Value(arguments, "a"), Is.EqualTo(new RegisterExpression("r3")));
            Assert.That(Value(arguments, "b"), Is.EqualTo(new RegisterExpression("r8")));
            Assert.That(Value(arguments, "o", "byte"), Is.EqualTo(Memory(new RegisterExpression("r7"), 4, 1)));
            Assert.That(Value(arguments, "o", "next", "inner", "h"), Is.EqualTo(Memory(Memory(Memory(new RegisterExpression("r7"), 0, 4), 8, 4), 2,
                2)));

            // Members of what has no name are the structure's own; bit fields are counted from the most significant bit.
            Assert.That(Value(arguments, "o", "u"), Is.EqualTo(Memory(new RegisterExpression("r7"), 24, 4)));
            Assert.That(Value(arguments, "o", "uc"), Is.EqualTo(Memory(new RegisterExpression("r7"), 24, 1)));
            Assert.That(Value(arguments, "o", "in2"), Is.EqualTo(Memory(new RegisterExpression("r7"), 30, 2)));
            Assert.That(Value(arguments, "o", "low"), Is.EqualTo(Bits(Memory(new RegisterExpression("r7"), 32, 4), 29, 7)));
            Assert.That(Value(arguments, "o", "middle"), Is.EqualTo(Bits(Memory(new RegisterExpression("r7"), 32, 4), 22, 0x7f)));
            Assert.That(Value(arguments, "o", "far"), Is.Null);
            Assert.That(Value(arguments, "o", "nested.h"), Is.EqualTo(Memory(new RegisterExpression("r7"), 42, 2)));
            Assert.That(Value(arguments, "o", "next", "nested.array"), Is.EqualTo(Sum(Memory(new RegisterExpression("r7"), 0, 4), 44)));
            Assert.That(Value(arguments, "o", "inner", "array"), Is.EqualTo(Sum(Memory(new RegisterExpression("r7"), 8, 4), 4)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Damaged_debug_information_gives_an_error_or_arguments_but_never_anything_else()
    {
        byte[] file = EmbeddedGuests.FindSymbols("guest:demo")!.Value.ToArray();
        Random random = new(405);
        for (int n = 0; n < 1000; n++)
        {
            byte[] damaged = (byte[])file.Clone();
            for (int change = 0; change < 3; change++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                ArgumentTable.Read(new ImageBytes("damaged", damaged))?.Find(0x102680);
            }
            catch (InputException)
            {
            }
        }
    }

    private static Expression? Value(FunctionArguments arguments, string name, params string[] members) => arguments.Find(name, members, out _);

    private static BinaryExpression Sum(Expression address, uint offset) => new("+", address, new NumberExpression(offset));

    private static BinaryExpression Bits(Expression word, uint shift, uint mask) =>
        new("&", new BinaryExpression(">>", word, new NumberExpression(shift)), new NumberExpression(mask));

    private static MemoryExpression Memory(Expression address, uint offset, int size) => new(Sum(address, offset), size);
}
