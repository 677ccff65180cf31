using PpcJit.Cli;
using PpcJit.Cli.Outcomes;
using PpcJit.Cli.Reference;
using PpcJit.Cli.Terminal;
using PpcJit.Kernel;

SizeLimit.TakeAsError();
EndSignals.EndCleanly();
try
{
    return ProgramVersion.IsAsked(args) ? ProgramVersion.Print() : Application.Run(args);
}
catch (ClosedOutputException)
{
    RawTerminal.RestoreAll();
    return EndSignals.ExitCodeBase + EndSignals.BrokenPipe;
}
catch (Exception problem) when (problem is InputException or OutputException)
{
    return Complain(problem.Message, ExitCode.BadInput);
}
catch (OutOfMemoryException)
{
    return Complain("The host has too little memory for this. Smaller inputs, less --memory or fewer --jobs need less.", ExitCode.BadInput);
}
catch (Exception fault)
{
    return Complain(FaultMessage.Of(fault, args), ExitCode.Fault);
}

static int Complain(string message, int code)
{
    RawTerminal.RestoreAll();
    StandardError.Write($"ppcjit: {message}\n");
    return code;
}
