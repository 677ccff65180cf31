using PpcJit.Kernel.Loading.DeviceTrees;
using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Booting;

/// <summary>
/// How a PowerPC kernel is entered with a device tree, on any board: r3 = the blob's physical address, r4 to r7 = 0.
/// The command line, the initial RAM disk, the size of memory, the clocks, the Ethernet addresses, the banks of the external bus and the size of
/// the flash are entered into the tree, as U-Boot does: trees leave them to it as zeros.
/// </summary>
/// <param name="file">The file the tree came from, for messages.</param>
/// <param name="tree">The tree; it is changed.</param>
/// <param name="isAsIs">Whether the file's bytes are handed over instead, as they are.</param>
internal sealed class DeviceTreeBoot(ImageBytes file, DeviceTree tree, bool isAsIs = false) : IBootProtocol
{
    /// <summary>
    /// The blob goes below this: a kernel reads it before it has mapped more than the first 16 MB.
    /// </summary>
    private const uint Limit = 16 << 20;

    private const uint Alignment = 8;
    private const uint DefaultAddressCells = 2;
    private const uint DefaultSizeCells = 1;

    /// <inheritdoc/>
    public string Name => "device tree in r3";

    /// <inheritdoc/>
    public uint BaudRate => 115200;

    /// <inheritdoc/>
    public BootRegisters Prepare(BootRequest request, Placement placement)
    {
        if (isAsIs)
            return HandOverAsIs(request, placement);
        (uint initrdStart, uint initrdEnd) = InitrdPlace.Choose(request, placement);
        DescribeChosen(request, initrdStart, initrdEnd);
        DescribeMemory(request.Board.Memory.RamSize);
        DeviceTreeFixups.Apply(tree, request.Board);
        byte[] blob = FlattenedTreeWriter.Write(tree);
        uint address = placement.AddBelow(file.Name, blob, Limit, Alignment);
        return new BootRegisters(StackPointer: 0, address);
    }

    private BootRegisters HandOverAsIs(BootRequest request, Placement placement)
    {
        string? entered = request.CommandLine is not null ? "The command line" : request.Initrd is { } disk ? $"The RAM disk {disk.Name}" : null;
        if (entered is not null)
            throw new InputException($"{entered} would be entered into the device tree, which --dtb-as-is leaves as it is.");
        ReadOnlyMemory<byte> blob = file.Slice(0, file.Word(4, "the device tree's header"), "the device tree");
        return new BootRegisters(StackPointer: 0, placement.AddBelow(file.Name, blob, Limit, Alignment));
    }

    private void DescribeChosen(BootRequest request, uint initrdStart, uint initrdEnd)
    {
        DeviceTreeNode chosen = tree.Root.ChildOrNew("chosen");
        if (request.CommandLine is { } text)
            chosen.SetText("bootargs", text.Span);
        if (initrdEnd != 0)
        {
            chosen.SetCells("linux,initrd-start", initrdStart);
            chosen.SetCells("linux,initrd-end", initrdEnd);
        }
        else
        {
            // Those of whoever made the blob name memory in which there is nothing now
            chosen.Remove("linux,initrd-start");
            chosen.Remove("linux,initrd-end");
        }
    }

    private void DescribeMemory(uint ramSize)
    {
        uint addressCells = Cells("#address-cells", DefaultAddressCells);
        uint sizeCells = Cells("#size-cells", DefaultSizeCells);
        DeviceTreeNode? memory = tree.Root.Children.FirstOrDefault(node => node.Find("device_type")?.Text == "memory");
        if (memory is null)
        {
            memory = tree.Root.ChildOrNew("memory@0");
            memory.SetText("device_type", "memory"u8);
        }

        // Address 0, then the size in the last of its cells
        uint[] reg = new uint[addressCells + sizeCells];
        reg[^1] = ramSize;
        memory.SetCells("reg", reg);
    }

    private uint Cells(string property, uint absent)
    {
        if (tree.Root.Find(property) is not { } found)
            return absent;
        return found.Cell is 1 or 2 ? found.Cell.Value : throw file.Bad($"the {property} of its root node is neither 1 nor 2");
    }
}
