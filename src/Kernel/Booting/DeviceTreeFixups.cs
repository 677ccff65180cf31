using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// Enters into a device tree what only the board's firmware knows: its clocks, Ethernet addresses, what the banks of the external bus were
/// programmed to, and how large the flash is. Linux's own trees have zeros there, or nothing, and a kernel whose timebase frequency is zero hangs
/// before it prints anything. These are the things that U-Boot 2016.11 enters for 4xx boards (arch/powerpc/cpu/ppc4xx/fdt.c,
/// common/fdt_support.c); partitions of a flash it takes from its environment, which is not here. A tree of a board with several sizes of flash may
/// be for another one (Hotfoot's is): such a flash ends at the end of the address space in the tree too, and so do its partitions, as Linux's own
/// wrapper for Hotfoot has it (cuboot-hotfoot.c).
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
        if (board.DevicesOf<ExternalBusController>().FirstOrDefault() is { } bus)
            EnterBanks(nodes, bus, board.Flash?.Model.Size);
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
        if (IsBus(node, "plb"))
            return clocks.Plb;
        if (IsBus(node, "opb"))
            return clocks.Opb;
        return IsBus(node, "ebc") ? clocks.Ebc : null;
    }

    private static bool IsBus(DeviceTreeNode node, string bus) =>
        node.Name == bus || IsCompatible(node, name => name.StartsWith("ibm," + bus, StringComparison.Ordinal));

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

    /// <summary>Each bank is a range of the external bus: its number and 0, the address, the size.</summary>
    private static void EnterBanks(DeviceTreeNode[] nodes, ExternalBusController bus, uint? flashSize)
    {
        IReadOnlyList<ExternalBank> banks = bus.Banks;
        if (banks.Count == 0)
            return; // no ranges at all would mean that addresses are the CPU's
        foreach (DeviceTreeNode node in nodes.Where(node => IsBus(node, "ebc") && HasBankAddresses(node)))
        {
            foreach (DeviceTreeNode flash in node.Children.Where(child => flashSize is not null && IsFlash(child)))
                MoveToEnd(flash, flashSize.GetValueOrDefault());
            node.SetCells("ranges", [.. banks.SelectMany(bank => new[] { bank.Number, Origin(node, bank), bank.Address, bank.Size })]);
            foreach (DeviceTreeNode flash in node.Children.Where(child => flashSize is not null && IsFlash(child)))
                EnterSize(flash, banks, flashSize.GetValueOrDefault());
        }
    }

    /// <summary>Where a bank begins for the nodes in it: at 0, or in trees that need no ranges entered (Hotfoot's), at its address.</summary>
    private static uint Origin(DeviceTreeNode node, ExternalBank bank) => node.Children.Any(child =>
        Words(child) is [uint number, uint place, _, ..]
        && number == bank.Number && place >= bank.Address && place - bank.Address < bank.Size) ? bank.Address : 0;

    private static bool HasBankAddresses(DeviceTreeNode node) => node.Find("#address-cells")?.Cell == 2 && node.Find("#size-cells")?.Cell == 1;

    private static bool IsFlash(DeviceTreeNode node) => IsCompatible(node, name => name is "cfi-flash" or "jedec-flash");

    /// <summary>The flash that lies where the board has one, at the end of the address space, is as large as that.</summary>
    private static void EnterSize(DeviceTreeNode node, IReadOnlyList<ExternalBank> banks, uint size)
    {
        if (Words(node) is not [uint number, uint offset, _])
            return;
        if (banks.Any(bank => bank.Number == number && bank.Address + offset == 0 - size))
            node.SetCells("reg", number, offset, size);
    }

    /// <summary>Brings a flash that ends at the end of the address space, and its partitions with it, to another size.</summary>
    private static void MoveToEnd(DeviceTreeNode flash, uint size)
    {
        if (Words(flash) is not [uint number, uint start, uint before] || start + before != 0 || before == size)
            return;
        flash.SetCells("reg", number, 0 - size, size);
        foreach (DeviceTreeNode partition in flash.Children.ToArray())
        {
            if (Words(partition) is not [uint offset, uint length])
                continue;
            uint fromEnd = before - offset;
            if (fromEnd <= size)
                partition.SetCells("reg", size - fromEnd, length);
            else
                flash.Remove(partition);
        }
    }

    private static uint[]? Words(DeviceTreeNode node)
    {
        if (node.Find("reg")?.Value is not { } reg || reg.Length % 4 != 0)
            return null;
        ImageBytes cells = new(node.Name, reg);
        return [.. Enumerable.Range(0, reg.Length / 4).Select(n => cells.Word(4 * n, "reg"))];
    }

    private static IEnumerable<DeviceTreeNode> Below(DeviceTreeNode node) => node.Children.SelectMany(child => Below(child).Prepend(child));

    private static bool IsOfType(DeviceTreeNode node, string type) => node.Find("device_type")?.Text == type;

    private static bool IsCompatible(DeviceTreeNode node, Predicate<string> fits) =>
        node.Find("compatible") is { } names && Array.Exists(names.AllText.Split('\0'), fits);
}
