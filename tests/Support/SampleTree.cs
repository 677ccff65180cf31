using PpcJit.Kernel;
using PpcJit.Kernel.Loading.DeviceTrees;

namespace PpcJit.Tests.Support;

/// <summary>A small device tree like that of a 405 board, as source and as object.</summary>
internal static class SampleTree
{
    public const string Source = """
        /dts-v1/;
        /memreserve/ 0x0000000000100000 0x0000000000002000;
        / {
            #address-cells = <1>;
            #size-cells = <1>;
            model = "test,board";
            compatible = "test,board", "est,hotfoot";
            cpus {
                #address-cells = <1>;
                #size-cells = <0>;
                cpu@0 {
                    device_type = "cpu";
                    reg = <0>;
                    dcr-native;
                    timebase-frequency = <333333333>;
                };
            };
            memory {
                device_type = "memory";
                reg = <0 0x1000000>;
            };
            chosen {
                bootargs = "old";
                linux,initrd-start = <0x1000>;
                linux,initrd-end = <0x2000>;
                mac = [00 11 22 33 44 55];
            };
        };

        """;

    public static DeviceTree Create()
    {
        DeviceTree tree = new() { Reservations = [new MemoryReservation(0x100000, 0x2000)] };
        tree.Root.SetCells("#address-cells", 1);
        tree.Root.SetCells("#size-cells", 1);
        tree.Root.SetText("model", "test,board"u8);
        tree.Root.SetText("compatible", "test,board\0est,hotfoot"u8);
        DeviceTreeNode cpus = tree.Root.ChildOrNew("cpus");
        cpus.SetCells("#address-cells", 1);
        cpus.SetCells("#size-cells", 0);
        DeviceTreeNode cpu = cpus.ChildOrNew("cpu@0");
        cpu.SetText("device_type", "cpu"u8);
        cpu.SetCells("reg", 0);
        cpu.Set("dcr-native", default);
        cpu.SetCells("timebase-frequency", 333_333_333);
        DeviceTreeNode memory = tree.Root.ChildOrNew("memory");
        memory.SetText("device_type", "memory"u8);
        memory.SetCells("reg", 0, 0x1000000);
        DeviceTreeNode chosen = tree.Root.ChildOrNew("chosen");
        chosen.SetText("bootargs", "old"u8);
        chosen.SetCells("linux,initrd-start", 0x1000);
        chosen.SetCells("linux,initrd-end", 0x2000);
        chosen.Set("mac", new byte[] { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 });
        return tree;
    }

    public static DeviceTree Parse(byte[] blob) => FlattenedTreeReader.Read(new ImageBytes("tree.dtb", blob));
}
