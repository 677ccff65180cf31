namespace PpcJit.Mutation.Mutants;

/// <summary>The class that is compiled into a mutated program and says which mutant is on.</summary>
internal static class MutantSwitch
{
    /// <summary>Its name.</summary>
    public const string TypeName = "PpcJitMutantSwitch";

    /// <summary>The environment variable with the number of the mutant that is on.</summary>
    public const string Variable = "PPCJIT_MUTANT";

    /// <summary>
    /// Its text where one mutant is on. Which one can be changed while the program runs, so that one process can try
    /// many; what runs when a type is first used has the one that the process begins with.
    /// </summary>
    public const string ForOne = $$"""
        internal static class {{TypeName}}
        {
            public static int Active = int.Parse(
                System.Environment.GetEnvironmentVariable("{{Variable}}")!, System.Globalization.CultureInfo.InvariantCulture);

            public static bool On(int number) => number == Active;
        }
        """;

    /// <summary>Its text where none is on, and those that are come to are noted.</summary>
    public const string ForCoverage = $$"""
        internal static class {{TypeName}}
        {
            public static readonly bool[] Reached = new bool[1 << 16];
            public static readonly bool[] InInitializer = new bool[1 << 16];
            private static readonly bool[] Seen = new bool[1 << 16];

            public static bool On(int number)
            {
                Reached[number] = true;
                if (!Seen[number])
                {
                    Seen[number] = true;
                    foreach (var frame in new System.Diagnostics.StackTrace().GetFrames())
                        InInitializer[number] |= frame.GetMethod()?.Name == ".cctor";
                }

                return false;
            }
        }
        """;
}
