using PpcJit.Lab.Differential.Cases;

namespace PpcJit.Lab.Differential.Fuzzing;

/// <summary>One random program with the states in which it is started; all follows from the seed and the program's index.</summary>
public sealed class FuzzProgram
{
    private static readonly FuzzGroup[] Turns =
    [
        FuzzGroup.Integer, FuzzGroup.Memory, FuzzGroup.Branch, FuzzGroup.Memory, FuzzGroup.System, FuzzGroup.Integer,
        FuzzGroup.Anything, FuzzGroup.SelfModifying,
    ];

    private readonly StateGenerator _states;
    private readonly uint _codeAddress;

    private FuzzProgram(FuzzGroup group, uint codeAddress, IReadOnlyList<MemoryBlock> memory, Random random)
    {
        Group = group;
        Memory = memory;
        _codeAddress = codeAddress;
        _states = new StateGenerator(random);
    }

    /// <summary>What it consists of mostly.</summary>
    public FuzzGroup Group { get; }

    /// <summary>The program, the exception handlers and data.</summary>
    public IReadOnlyList<MemoryBlock> Memory { get; }

    /// <summary>Generates a program.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="index">Index of the program in the run.</param>
    /// <param name="only">Its kind; null when the index decides.</param>
    public static FuzzProgram Generate(ulong seed, ulong index, FuzzGroup? only)
    {
        Random random = new((int)(((seed * 0x9e3779b97f4a7c15) ^ (index * 0xc2b2ae3d27d4eb4f)) >> 33));
        FuzzGroup group = only ?? Turns[index % (ulong)Turns.Length];
        uint[] code = new ProgramGenerator(random).Generate(group);

        // Often over the end of a page, where regions end.
        uint address = random.Next(4) == 0
            ? FuzzLayout.CodeStart + 0x1000 - (4 * (uint)random.Next(code.Length))
            : FuzzLayout.CodeStart + (4 * (uint)random.Next(0xe00));
        uint[] data = new uint[random.Next(1, 3) * 1024];
        for (int n = 0; n < data.Length; n++)
            data[n] = (uint)random.NextInt64(1L << 32);
        MemoryBlock[] memory = [.. FuzzLayout.HandlerBlocks, new(address, code, IsCode: true), new(FuzzLayout.DataStart, data, IsCode: false)];
        return new FuzzProgram(group, address, memory, random);
    }

    /// <summary>Gives the next state in which the program is started.</summary>
    public TestCase NextState() => _states.Generate(Group, _codeAddress, Memory);
}
