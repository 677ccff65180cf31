using PpcJit.Compare;

try
{
    return CompareCommand.Run(args);
}
catch (ComparisonException problem)
{
    Console.Error.WriteLine($"compare: {problem.Message}");
    return problem.ExitCode;
}
