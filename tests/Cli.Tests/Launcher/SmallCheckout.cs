using System.Diagnostics;

namespace PpcJit.Cli.Tests.Launcher;

/// <summary>
/// A folder with the launcher, a few sources, and in the place of <c>dotnet</c> and <c>uname</c> scripts: what is
/// "published" is the scenario, which the "program" prints.
/// </summary>
internal sealed class SmallCheckout : IDisposable
{
    private const string Dotnet =
        """
        #!/bin/sh
        case "$1" in
        --list-sdks) echo "${FAKE_SDK:-10.0.100 [/usr/share/dotnet/sdk]}" ;;
        publish)
        	while [ "$1" != -o ]; do shift; done
        	echo begun >> "$FAKE_ROOT/builds"
        	[ -z "${FAKE_GATE:-}" ] || while [ -d "$FAKE_ROOT" ] && [ ! -f "$FAKE_GATE" ]; do sleep 0.01; done
        	[ -z "${FAKE_FAILURE:-}" ] || { echo "$FAKE_FAILURE"; exit 1; }
        	cat "$FAKE_ROOT/scenarios/one.yaml" > "$2/PpcJit.Cli.dll"
        	;;
        *)
        	cat "$1"
        	[ -z "${FAKE_HOLD:-}" ] || {
        		touch "$FAKE_HOLD.begun"
        		while [ -d "$FAKE_ROOT" ] && [ ! -f "$FAKE_HOLD" ]; do sleep 0.01; done
        		cat "$1"
        	}
        	;;
        esac
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public SmallCheckout()
    {
        Folder = Directory.CreateTempSubdirectory("ppcjit-launcher-").FullName;
        foreach (string folder in (string[])["src/Cli/obj", "scenarios", "guests/demo", "guests/linux/out", "bin"])
            Directory.CreateDirectory(Path.Combine(Folder, folder));
        File.Copy(Path.Combine(PpcJitProcess.Root, "ppcjit"), Path.Combine(Folder, "ppcjit"));
        foreach (string file in (string[])["src/Cli/Program.cs", "guests/demo/demo.elf", "Directory.Build.props",
            "Directory.Build.targets", "Directory.Packages.props", "global.json"])
            Change(file, "first");
        Change("scenarios/one.yaml", "first");
        AddTool("dotnet", Dotnet);
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>How often something was built.</summary>
    public int Builds => File.Exists(Path.Combine(Folder, "builds")) ? File.ReadAllLines(Path.Combine(Folder, "builds")).Length : 0;

    /// <summary>The builds that are kept.</summary>
    public string[] Kept => Directory.GetDirectories(Path.Combine(Folder, ".publish"), "program-*");

    /// <summary>Writes a file.</summary>
    public void Change(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text + "\n");

    /// <summary>Puts a script onto the launcher's PATH.</summary>
    public void AddTool(string name, string script)
    {
        string path = Path.Combine(Folder, "bin", name);
        File.Copy(Path.Combine(Folder, "ppcjit"), path); // for its permissions
        File.WriteAllText(path, script + "\n");
    }

    /// <summary>Runs the launcher to its end.</summary>
    public ProcessResult Run(params (string Name, string Value)[] environment) => End(Start(environment));

    /// <summary>Starts the launcher.</summary>
    public Process Start(params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Path.Combine(Folder, "ppcjit")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(Folder, "bin")}:{start.Environment["PATH"]}";
        start.Environment["FAKE_ROOT"] = Folder;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits until a process has ended.</summary>
    public static ProcessResult End(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
                process.Kill(entireProcessTree: true);
            return new ProcessResult(process.ExitCode, output.Result, error.Result);
        }
    }

    /// <summary>Waits until a file is there.</summary>
    public static void WaitFor(string path) => Assert.That(
        () => File.Exists(path), Is.True.After((int)Patience.TotalMilliseconds, 10), $"{path} does not appear.");

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
