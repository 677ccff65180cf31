using PpcJit.Inspector;
using PpcJit.Inspector.Outcomes;

try
{
    return InspectorCommand.Run(args);
}
catch (InspectionException problem)
{
    Console.Error.WriteLine($"inspector: {problem.Message}");
    return problem.ExitCode;
}
