using System.CommandLine;

RootCommand root = new("PpcJit emulates PowerPC 405 boards well enough to boot unmodified kernels on them.");
return root.Parse(args).Invoke();
