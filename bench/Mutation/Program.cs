return PpcJit.Mutation.MutationCommand.Run(args);
