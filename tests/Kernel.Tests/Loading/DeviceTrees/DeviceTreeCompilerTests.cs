using PpcJit.Kernel.Loading.DeviceTrees;

namespace PpcJit.Kernel.Tests.Loading.DeviceTrees;

/// <summary>Compares with dtc, the device tree compiler that everybody uses.</summary>
public sealed class DeviceTreeCompilerTests
{
    [Test]
    public void The_writer_gives_the_bytes_of_the_device_tree_compiler()
    {
        using TemporaryFile source = new(System.Text.Encoding.ASCII.GetBytes(SampleTree.Source));

        Assert.That(FlattenedTreeWriter.Write(SampleTree.Create()), Is.EqualTo(Compile(source, "dts")));
    }

    [Test]
    public void What_the_compiler_wrote_is_read_and_written_again_unchanged()
    {
        using TemporaryFile source = new(System.Text.Encoding.ASCII.GetBytes(SampleTree.Source));
        byte[] blob = Compile(source, "dts");

        Assert.That(FlattenedTreeWriter.Write(SampleTree.Parse(blob)), Is.EqualTo(blob));
    }

    [Test]
    public void The_compiler_reads_a_changed_tree_without_complaint()
    {
        DeviceTree tree = SampleTree.Create();
        tree.Find("/chosen")!.SetText("bootargs", "console=ttyS0,115200"u8);
        byte[] blob = FlattenedTreeWriter.Write(tree);
        using TemporaryFile file = new(blob);

        Assert.That(Compile(file, "dtb"), Is.EqualTo(blob));
    }

    private static byte[] Compile(TemporaryFile input, string format)
    {
        (int exitCode, byte[] output, string errors) =
            HostTool.Run("dtc", "device-tree-compiler", "-q", "-I", format, "-O", "dtb", input.Path);
        Assert.That(exitCode, Is.Zero, errors);
        return output;
    }
}
