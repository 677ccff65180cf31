namespace PpcJit.Lab.Differential.Judging;

/// <summary>What an image of <see cref="JudgeImage"/> prints with, and how it ends.</summary>
public enum JudgedMachine
{
    /// <summary>Nothing below it: UART0 at 0xef600300, and a system reset at the end.</summary>
    Board,

    /// <summary>A process of Linux: its system calls write and exit.</summary>
    Process,
}
