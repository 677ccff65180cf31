using PpcJit.Inspector;

try
{
    return InspectorCommand.Run(args);
}
catch (InspectionException problem)
{
    Console.Error.WriteLine($"inspector: {problem.Message}");
    return problem.ExitCode;
}
