return PpcJit.Compare.CompareCommand.Run(args);
