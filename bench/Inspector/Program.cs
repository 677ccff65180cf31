return PpcJit.Inspector.InspectorCommand.Run(args);
