using System.CommandLine;
using PpcJit.Cli.Parsing;
using PpcJit.Cli.Reports;
using PpcJit.Jit.Settings;
using PpcJit.Kernel;
using PpcJit.Kernel.Sessions;
using PpcJit.Lab.Debugging.Monitoring;
using PpcJit.Lab.Kernels;

namespace PpcJit.Cli.Commands;

/// <summary>The options of every command that runs a guest.</summary>
internal sealed class RunArguments
{
    private readonly Option<string> _engine = new("--engine")
    {
        Description = "What executes the guest: jit (translates to machine code) or interpreter (slow, obviously "
            + "right). Both reach the same states at the same counts.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Engines.Default,
        CompletionSources = { _ => Engines.Names },
    };

    private readonly Option<string[]> _jitOptions = Engines.JitOptionsOption();

    private readonly Option<string?> _jitProfile = new("--jit-profile")
    {
        Description = "Keep in FILE what the jit compiled: the next run with it compiles the same code at once. Whose "
            + "image it is does not matter: only code that is still the same counts.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _exitOn = new("--exit-on")
    {
        Description = "End the run with exit code 0 when the guest has printed TEXT, and with 1 when it resets or "
            + "reaches the limit before; \\n, \\r, \\t, \\\\ and \\xNN stand for what they do in C.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _ignorePanic = new("--ignore-panic")
    {
        Description = "Go on when the guest's kernel panics or enters its debugger (the wordings of Linux and the "
            + "BSDs, printed by the kernel itself); otherwise that ends the run with exit code 1 and a backtrace.",
    };

    private readonly Option<string?> _maxInstructions = new("--max-instructions")
    {
        Description = "End the run after N instructions: 250000000, 250M, 1.5G.",
        HelpName = "N",
    };

    private readonly Option<string[]> _input = new("--input")
    {
        Description = "Type TEXT into the console, each line when the guest shows a prompt and reads; PROMPT=>TEXT "
            + "waits for PROMPT. Escapes as in --exit-on (\\x3d> is =>). "
            + "May be given again: what comes later is typed later. The same text enters at the same counts in every run.",
        HelpName = "[PROMPT=>]TEXT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _prompt = new("--prompt")
    {
        Description = "What the guest shows ahead of each line of --input that names no prompt, such as 'login: '; "
            + "otherwise anything that ends like a prompt counts.",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _stateHashAt = new("--state-hash-at")
    {
        Description = "Print a line 'state-hash COUNT HEX' to standard error at exactly these instruction counts: a "
            + "hash over registers, TLB, devices and RAM.",
        HelpName = "N,N,...",
    };

    private readonly Option<bool> _stats = new("--stats")
    {
        Description = "Print instructions, host time, guest MIPS, exceptions by name, TLB misses and interrupts to standard error at the end.",
    };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write everything about the run to FILE for programs to read, with the answers of --do; without FILE, to standard output, "
            + "and what the guest prints to standard error.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _saveRun = new("--save-run")
    {
        Description = "Write the run to FILE: what was booted, by hash, and what came from the keyboard and the "
            + "network, at which counts. 'ppcjit open FILE' does it again.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _withImage = new("--with-image")
    {
        Description = "Pack the images into the file of --save-run, so that it is all that anybody needs.",
    };

    private readonly Option<string[]> _do = new("--do")
    {
        Description = "When the run has ended, do what the words of the monitor say, and print the answers: 'goto "
            + "panic; registers; backtrace'. 'help' lists the words. May be given again.",
        HelpName = "WORDS",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _saveState = new("--save-state")
    {
        Description = "Write the machine as it is at --at, or at the end, to FILE: another boot of the same image "
            + "begins there with --load-state, on either engine.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _loadState = new("--load-state")
    {
        Description = "Begin where --save-state FILE was written, by the same version, with the same image and options.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _history = new("--history")
    {
        Description = "How much memory the checkpoints of the way back may take, and what came from outside: 64M. "
            + "Default: 64M for what came from outside; for checkpoints 16M, and 256M when somebody looks back.",
        HelpName = "SIZE",
    };

    private readonly Option<bool> _monitorOnDeath = new("--monitor-on-death")
    {
        Description = "On a terminal, open the monitor where the guest panics or dies otherwise, as Ctrl-A C does at any time.",
    };

    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Where the guest dies, follow what was wrong back to where it first was, and say what led there: the monitor's 'explain'.",
    };

    private readonly Option<string?> _explainHtml = new("--explain-html")
    {
        Description = "The same, also to FILE: a page on which each link opens to the registers, the code and the TLB of its moment.",
        HelpName = "FILE",
    };

    /// <summary>The options that explain a death.</summary>
    public IReadOnlyCollection<Option> Explaining => [_explain, _explainHtml];

    private readonly KernelArguments _kernel = new();

    private readonly Option<bool> _quiet = new("--quiet", "-q")
    {
        Description = "Say nothing but errors, statistics and state hashes: no reports of hardware that is not modelled.",
    };

    /// <summary>Adds the options to a command that begins a run.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            _engine, _jitOptions, _jitProfile, _exitOn, _ignorePanic, _maxInstructions, _input, _prompt, _stateHashAt,
            _stats, _json, _saveRun, _withImage, _saveState, _loadState, _do, _explain, _explainHtml, _monitorOnDeath, _history, _quiet])
            command.Add(option);
        _kernel.AddTo(command);
    }

    /// <summary>Adds the options to a command that does a run again: when that ends and what is typed is known.</summary>
    public void AddForRecordedTo(Command command)
    {
        foreach (Option option in (Option[])[_engine, _jitOptions, _jitProfile, _stateHashAt, _stats, _json, _saveRun,
            _withImage, _saveState, _do, _explain, _explainHtml, _monitorOnDeath, _history, _quiet])
            command.Add(option);
        _kernel.AddTo(command);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="InputException">One cannot be used.</exception>
    public RunRequest Read(ParseResult parsed)
    {
        uint? history = parsed.GetValue(_history) is { } size ? Numbers.Size("--history", size) : null;
        byte[] exitOn = Text("--exit-on", parsed.GetValue(_exitOn));
        if (parsed.GetValue(_exitOn) is "")
            throw new InputException("--exit-on needs a text that is not empty.");
        RunOptions options = new()
        {
            ExitOn = exitOn,
            IgnorePanic = parsed.IsSet(_ignorePanic),
            MaxInstructions = parsed.GetValue(_maxInstructions) is { } most ? Numbers.Count("--max-instructions", most) : null,
            Input = [.. (parsed.GetValue(_input) ?? []).Select(Answer)],
            Prompt = Prompt("--prompt", parsed.GetValue(_prompt)),
            StateHashAt = parsed.GetValue(_stateHashAt) is { } counts ? Numbers.Counts("--state-hash-at", counts) : [],
            MaxInputBytes = history ?? RunInputs.UsualMaxBytes,
        };
        string engine = parsed.GetValue(_engine) ?? Engines.Default;
        Engines.Check(engine);
        JitOptions jitOptions = Engines.ReadOptions(parsed.GetValue(_jitOptions) ?? []);
        ProfileFile? profile = parsed.GetValue(_jitProfile) is { } path ? ProfileFile.Open(path) : null;
        jitOptions = jitOptions with { Profile = profile?.Profile };
        string? saved = parsed.GetValue(_saveRun);
        if (saved is null && parsed.IsSet(_withImage))
            throw new InputException("--with-image needs --save-run FILE, into which the images are packed.");
        if (saved is not null && parsed.GetValue(_loadState) is not null)
            throw new InputException("--save-run and --load-state exclude each other: a run file holds no state.");
        string? json = parsed.GetResult(_json) is { Implicit: false, Tokens.Count: 0 } ? "-" : parsed.GetValue(_json);
        return new RunRequest(options, engine, jitOptions, profile, parsed.IsSet(_stats), json, parsed.IsSet(_quiet))
        {
            OpensMonitorOnDeath = parsed.IsSet(_monitorOnDeath),
            Commands = [.. (parsed.GetValue(_do) ?? []).SelectMany(words => DebugMonitor.Commands(words, "--do"))],
            Explains = parsed.IsSet(_explain) || parsed.GetValue(_explainHtml) is not null,
            ExplanationPath = parsed.GetValue(_explainHtml) is { } page ? WhyArguments.Page("--explain-html", page) : null,
            SaveRunPath = saved,
            PacksImages = parsed.IsSet(_withImage),
            SaveStatePath = parsed.GetValue(_saveState),
            LoadStatePath = parsed.GetValue(_loadState),
            HistoryBytes = history,
            KernelName = _kernel.Read(parsed) ?? KernelCatalog.Auto,
        };
    }

    private static PromptedText Answer(string text)
    {
        int arrow = text.IndexOf("=>", StringComparison.Ordinal);
        return arrow < 0
            ? new PromptedText(0, Text("--input", text))
            : new PromptedText(0, Text("--input", text[(arrow + 2)..])) { Prompt = Prompt("--input", text[..arrow]) };
    }

    private static byte[] Prompt(string option, string? text)
    {
        byte[] prompt = Text(option, text);
        return prompt.Length <= PromptedInput.MaxPrompt ? prompt : throw new InputException(
            $"{option}: a prompt of {prompt.Length} bytes is longer than {PromptedInput.MaxPrompt}.");
    }

    private static byte[] Text(string option, string? text) => text is null ? [] : EscapedText.Bytes(option, text);
}
