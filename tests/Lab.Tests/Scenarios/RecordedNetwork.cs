using PpcJit.Kernel.Booting;
using PpcJit.Kernel.Networking;
using PpcJit.Kernel.Recording;
using PpcJit.Kernel.Runs;
using PpcJit.Kernel.Sessions;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Cpu;
using PpcJit.Machine.Devices.Ethernet;
using PpcJit.Machine.Interpreter;

namespace PpcJit.Lab.Tests.Scenarios;

/// <summary>
/// Records a run of the network guest with a gateway that answers to ARP and pings a fixed time after it was asked: the same run each time.
/// </summary>
internal static class RecordedNetwork
{
    private const ulong AnswerAfter = 10_000, MostInstructions = 100_000_000;
    private const int IpSource = 26, IpTarget = 30, IcmpType = 34, IcmpChecksum = 36, ArpOperation = 20, ArpSender = 22, ArpTarget = 32;

    private static readonly byte[] Gateway = [2, 0, 0, 0, 0, 1], GatewayIp = [10, 0, 2, 2];

    /// <summary>Records a run.</summary>
    /// <param name="path">Where it is written.</param>
    /// <param name="commandLine">The guest's command line.</param>
    /// <returns>What the guest printed.</returns>
    public static string Record(string path, string commandLine)
    {
        using Board board = TestBoard.Create();
        IEthernetPort port = board.Ethernet[0];
        using GuestNetwork network = GuestNetwork.Open(board, new NetworkSettings
        {
            Recorded = new Dictionary<string, RecordedPort> { [port.Name] = new(port.Address) },
        });
        BootOptions options = new() { ImagePath = HostTool.RepositoryFile("guests/network/network.elf"), CommandLine = commandLine };
        ReadOnlyMemory<byte> image = File.ReadAllBytes(options.ImagePath);
        GuestLoader.Load(board, options);
        using InterpreterEngine engine = new(board.Processor);
        using MemoryStream printed = new();
        GuestMachine machine = new(board, engine, new SilentConsole(printed), network);
        List<RecordedArrival> answers = [];
        bool isAsked = false;
        machine.Links[0].Passed += (content, isSent) =>
        {
            if (!isSent || Answer(content.ToArray()) is not { } answer)
                return;
            answers.Add(new RecordedArrival(machine.Count + AnswerAfter, answer));
            isAsked = true;
            machine.Stop();
        };
        while (machine.Run(MostInstructions) is StopReason.Requested)
        {
            if (isAsked)
                machine.Reinstate(machine.KeepFuture() with { Links = [new LinkFuture(ulong.MaxValue, 0, [.. answers])] });
            isAsked = false;
        }

        RunStart start = new(board, image, options, RunIdentity.Of(board, image, options, typed: null));
        RunFile run = RunFile.Of(machine, start, new RunOptions());
        SavedRun.Write(run with { End = new RunFileEnd(machine.Count, RunEnd.Reset, board.StateHash()) }, path);
        machine.FlushOutput();
        return System.Text.Encoding.ASCII.GetString(printed.ToArray());
    }

    private static byte[]? Answer(byte[] frame)
    {
        byte[] answer = [.. frame];
        Array.Copy(frame, 6, answer, 0, 6);
        Gateway.CopyTo(answer, 6);
        if (frame.AsSpan(12, 2).SequenceEqual((byte[])[8, 6]) && frame[ArpOperation + 1] == 1)
        {
            answer[ArpOperation + 1] = 2;
            Gateway.CopyTo(answer, ArpSender);
            GatewayIp.CopyTo(answer, ArpSender + 6);
            Array.Copy(frame, ArpSender, answer, ArpTarget, 10);
            return answer;
        }

        if (!frame.AsSpan(12, 2).SequenceEqual((byte[])[8, 0]) || frame[23] != 1 || frame[IcmpType] != 8)
            return null;
        Array.Copy(frame, IpSource, answer, IpTarget, 4);
        Array.Copy(frame, IpTarget, answer, IpSource, 4);
        answer[IcmpType] = 0;
        uint sum = (uint)((frame[IcmpChecksum] << 8) + frame[IcmpChecksum + 1]) + 0x0800;
        sum = (sum & 0xffff) + (sum >> 16);
        (answer[IcmpChecksum], answer[IcmpChecksum + 1]) = ((byte)(sum >> 8), (byte)sum);
        return answer;
    }
}
