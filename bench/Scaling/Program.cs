return PpcJit.Scaling.ScalingCommand.Run(args);
