using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// Enters into a device tree what only the board's firmware knows: its clocks and Ethernet addresses. Linux's own trees
/// have zeros there, and a kernel whose timebase frequency is zero hangs before it prints anything.
/// </summary>
internal static class DeviceTreeFixups
{
    private const string Frequency = "clock-frequency";

    /// <summary>Fills in the tree.</summary>
    public static void Apply(DeviceTree tree, Board board)
    {
        DeviceTreeNode[] nodes = [.. Below(tree.Root)];
        if (board.Clocks is { } clocks)
            EnterClocks(nodes, clocks, board.Console?.ClockHz);
        EnterAddresses(tree, nodes, board);
    }

    private static void EnterClocks(DeviceTreeNode[] nodes, BoardClocks clocks, uint? uartHz)
    {
        foreach (DeviceTreeNode node in nodes)
        {
            if (IsOfType(node, "cpu"))
            {
                node.SetCells("timebase-frequency", clocks.Cpu);
                node.SetCells(Frequency, clocks.Cpu);
            }
            else if (Bus(node, clocks) is { } hz)
            {
                node.SetCells(Frequency, hz);
            }
            else if (uartHz is { } uart && IsCompatible(node, name => name == "ns16550"))
            {
                node.SetCells(Frequency, uart);
            }
        }
    }

    private static uint? Bus(DeviceTreeNode node, BoardClocks clocks)
    {
        if (IsBus("plb"))
            return clocks.Plb;
        if (IsBus("opb"))
            return clocks.Opb;
        return IsBus("ebc") ? clocks.Ebc : null;

        bool IsBus(string bus) => node.Name == bus || IsCompatible(node, name => name.StartsWith("ibm," + bus, StringComparison.Ordinal));
    }

    /// <summary>The interfaces in the order of the aliases ethernet0, ethernet1 and so on; in that of the tree when there are none.</summary>
    private static void EnterAddresses(DeviceTree tree, DeviceTreeNode[] nodes, Board board)
    {
        DeviceTreeNode? aliases = tree.Find("/aliases");
        DeviceTreeNode[] inOrder = [.. nodes.Where(node => IsOfType(node, "network"))];
        for (int n = 0; n < board.Ethernet.Count; n++)
        {
            DeviceTreeNode? node = aliases?.Find($"ethernet{n}")?.Text is { } path ? tree.Find(path) : inOrder.ElementAtOrDefault(n);
            if (node is null)
                continue;
            byte[] address = new byte[6];
            board.Ethernet[n].Address.CopyTo(address);
            node.Set("local-mac-address", address);
            if (node.Find("mac-address") is not null)
                node.Set("mac-address", address);
        }
    }

    private static IEnumerable<DeviceTreeNode> Below(DeviceTreeNode node) => node.Children.SelectMany(child => Below(child).Prepend(child));

    private static bool IsOfType(DeviceTreeNode node, string type) => node.Find("device_type")?.Text == type;

    private static bool IsCompatible(DeviceTreeNode node, Predicate<string> fits) =>
        node.Find("compatible") is { } names && Array.Exists(names.AllText.Split('\0'), fits);
}
