using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;
using PpcJit.Machine.Devices.OnChip;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// Enters into a device tree what only the board's firmware knows: its clocks, Ethernet addresses, what the banks of the external bus were
/// programmed to, and how large the flash is. Linux's own trees have zeros there, or nothing, and a kernel whose timebase frequency is zero hangs
/// before it prints anything. These are the things that U-Boot 2016.11 enters for 4xx boards (arch/powerpc/cpu/ppc4xx/fdt.c,
/// common/fdt_support.c); partitions of a flash it takes from its environment, which is not here.
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
            node.SetCells("ranges", [.. banks.SelectMany(bank => new[] { bank.Number, Origin(node, bank), bank.Address, bank.Size })]);
            foreach (DeviceTreeNode flash in node.Children.Where(child => flashSize is not null && IsFlash(child)))
                EnterSize(flash, banks, flashSize.GetValueOrDefault());
        }
    }

    /// <summary>Where a bank begins for the nodes in it: at 0, or in trees that need no ranges entered (Hotfoot's), at its address.</summary>
    private static uint Origin(DeviceTreeNode node, ExternalBank bank) => node.Children.Any(child =>
        child.Find("reg")?.Value is { Length: >= 12 } reg && new ImageBytes(child.Name, reg) is var cells
        && cells.Word(0, "reg") == bank.Number && cells.Word(4, "reg") is var place
        && place >= bank.Address && place - bank.Address < bank.Size) ? bank.Address : 0;

    private static bool HasBankAddresses(DeviceTreeNode node) => node.Find("#address-cells")?.Cell == 2 && node.Find("#size-cells")?.Cell == 1;

    private static bool IsFlash(DeviceTreeNode node) => IsCompatible(node, name => name is "cfi-flash" or "jedec-flash");

    /// <summary>The flash that lies where the board has one, at the end of the address space, is as large as that.</summary>
    private static void EnterSize(DeviceTreeNode node, IReadOnlyList<ExternalBank> banks, uint size)
    {
        if (node.Find("reg")?.Value is not { Length: 12 } reg)
            return;
        ImageBytes cells = new(node.Name, reg);
        (uint number, uint offset) = (cells.Word(0, "reg"), cells.Word(4, "reg"));
        if (banks.Any(bank => bank.Number == number && bank.Address + offset == 0 - size))
            node.SetCells("reg", number, offset, size);
    }

    private static IEnumerable<DeviceTreeNode> Below(DeviceTreeNode node) => node.Children.SelectMany(child => Below(child).Prepend(child));

    private static bool IsOfType(DeviceTreeNode node, string type) => node.Find("device_type")?.Text == type;

    private static bool IsCompatible(DeviceTreeNode node, Predicate<string> fits) =>
        node.Find("compatible") is { } names && Array.Exists(names.AllText.Split('\0'), fits);
}
