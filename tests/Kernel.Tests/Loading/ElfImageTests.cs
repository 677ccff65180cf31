using PpcJit.Machine.Boards;

namespace PpcJit.Kernel.Tests.Loading;

public sealed class ElfImageTests
{
    private Board _board = null!;

    [SetUp]
    public void CreateBoard() => _board = TestBoard.Create();

    [TearDown]
    public void DisposeBoard() => _board.Dispose();

    [Test]
    public void A_segment_is_loaded_at_its_physical_address_and_the_rest_of_it_is_cleared()
    {
        _board.Memory.TryCopyIn(0x20000, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        _board.Boot(new ElfBuilder { Entry = 0xc0000000 }.Segment(0xc0000000, 0x20000, [1, 2, 3, 4], size: 7).Build());

        Assert.That(_board.Read(0x20000, 8), Is.EqualTo(new byte[] { 1, 2, 3, 4, 0, 0, 0, 0xff }));
    }

    [Test]
    public void A_virtual_entry_point_is_translated_as_its_segment_is()
    {
        byte[] image = new ElfBuilder { Entry = 0xc0000010 }.Segment(0xc0000000, 0, new byte[32]).Build();

        Assert.That(_board.Boot(image).EntryAddress, Is.EqualTo(0x10u));
        Assert.That(_board.Pc(), Is.EqualTo(0x10u));
    }

    [Test]
    public void A_physical_entry_point_of_a_segment_linked_elsewhere_is_taken_as_it_is()
    {
        byte[] image = new ElfBuilder { Entry = 0x10010 }.Segment(0xc0000000, 0x10000, new byte[32]).Build();

        Assert.That(_board.Boot(image).EntryAddress, Is.EqualTo(0x10010u));
    }

    [Test]
    public void Empty_segments_are_passed_over()
    {
        byte[] image = ElfBuilder.Small().Segment(0xf0000000, []).Build();

        Assert.That(_board.Boot(image).Ranges.Select(range => range.Start), Does.Not.Contain(0xf0000000u));
    }

    [TestCase(4, (byte)2, "64-bit")]
    [TestCase(4, (byte)7, "ELF class is 7")]
    [TestCase(5, (byte)1, "another processor (machine number 5120)")]
    [TestCase(19, (byte)40, "an ELF for 32-bit ARM, not for the PowerPC")]
    [TestCase(17, (byte)1, "has not been linked")]
    [TestCase(17, (byte)4, "ELF type 4")]
    [TestCase(43, (byte)33, "program headers are 33 bytes each")]
    [TestCase(45, (byte)0, "no segment to load")]
    [TestCase(45, (byte)200, "program headers would reach past its end")]
    [TestCase(ElfBuilder.ProgramHeaders + 4, (byte)0x70, "segment 0 would reach past its end")]
    public void A_header_that_fits_no_405_is_refused_with_its_reason(int offset, byte value, string reason)
    {
        byte[] image = ElfBuilder.Small().Build();
        image[offset] = value;

        Assert.That(_board.Refusal(image), Does.StartWith("image ").And.Contain(reason));
    }

    [Test]
    public void A_little_endian_PowerPC_image_is_refused()
    {
        byte[] image = ElfBuilder.Small().Build();
        image[5] = 1;
        (image[18], image[19]) = (image[19], image[18]);

        Assert.That(_board.Refusal(image), Does.Contain("little-endian"));
    }

    [Test]
    public void A_segment_with_more_bytes_in_the_file_than_in_memory_is_refused()
    {
        byte[] image = new ElfBuilder().Segment(0x10000, new byte[64], size: 32).Build();

        Assert.That(_board.Refusal(image), Does.Contain("more bytes in the file"));
    }

    [Test]
    public void Segments_that_overlap_are_refused()
    {
        byte[] image = new ElfBuilder().Segment(0x10020, new byte[64]).Segment(0x10000, new byte[64]).Build();

        Assert.That(_board.Refusal(image), Does.Contain("its segments at physical 0x00010000 and 0x00010020 overlap"));
    }

    [Test]
    public void A_segment_past_the_end_of_the_address_space_is_refused()
    {
        byte[] image = new ElfBuilder { Entry = 0xffffff00 }.Segment(0xffffff00, new byte[8], size: 0x1000).Build();

        Assert.That(_board.Refusal(image), Does.Contain("past the end of the address space"));
    }

    [Test]
    public void An_entry_point_outside_of_all_segments_is_refused()
    {
        byte[] image = new ElfBuilder { Entry = 0x40000 }.Segment(0x10000, new byte[64]).Build();

        Assert.That(_board.Refusal(image), Does.Contain("entry point 0x00040000"));
    }

    [Test]
    public void An_image_larger_than_memory_is_refused()
    {
        byte[] image = new ElfBuilder().Segment(0x10000, new byte[64], size: 0x4000000).Build();

        Assert.That(_board.Refusal(image), Does.Contain("needs 0x4000000 bytes at 0x00010000, and this board has 32 MB of RAM"));
    }

    [Test]
    public void An_image_for_addresses_without_memory_is_refused()
    {
        byte[] image = new ElfBuilder { Entry = 0x10000000 }.Segment(0x10000000, new byte[64]).Build();

        Assert.That(_board.Refusal(image), Does.Contain("0x10000000-0x1000003f, where this board has no memory"));
    }

    [Test]
    public void An_image_may_also_be_loaded_into_the_SRAM()
    {
        byte[] image = new ElfBuilder { Entry = 0xfff00000 }.Segment(0xfff00000, [1, 2, 3, 4]).Build();

        Assert.That(_board.Boot(image).EntryAddress, Is.EqualTo(0xfff00000u));
    }

    [Test]
    public void A_refused_image_leaves_memory_as_it_was()
    {
        byte[] image = new ElfBuilder().Segment(0x10000, [1, 2, 3, 4]).Segment(0x10000000, new byte[64]).Build();

        _board.Refusal(image);
        Assert.That(_board.Read(0x10000, 4), Is.All.Zero);
    }

    [TestCase(0xef600300u)]
    [TestCase(0xf8000000u)]
    public void A_segment_without_bytes_needs_no_memory(uint address)
    {
        byte[] image = ElfBuilder.Small().Segment(address, [], size: 0x100).Build();

        Assert.That(_board.Boot(image).Ranges.Select(range => range.Start), Does.Contain(0x10000u).And.Not.Contain(address));
    }

    [Test]
    public void A_segment_with_bytes_where_there_is_no_memory_is_refused() =>
        Assert.That(_board.Refusal(ElfBuilder.Small().Segment(0xf8000000, [1], size: 0x100).Build()), Does.Contain("no memory"));

    [Test]
    public void A_segment_without_bytes_may_begin_behind_the_end_of_the_file()
    {
        byte[] image = ElfBuilder.Small().Segment(0x100000, [], size: 0x1000).Build();
        image[ElfBuilder.ProgramHeaders + 32 + 4] = 0x70; // the second segment's offset in the file

        Assert.That(_board.Boot(image).Ranges.Select(range => range.Start), Does.Contain(0x100000u));
    }

    [Test]
    public void An_ELF_that_holds_debug_information_alone_is_refused()
    {
        byte[] image = new ElfBuilder().Segment(0, new byte[64]).Segment(0x10000, [], size: 0x100).Build();

        Assert.That(_board.Refusal(image), Does.Contain("0x00010000 lies where it has no bytes").And.Contain("--symbols"));
    }

    [Test]
    public void A_boot_wrapper_that_names_a_dynamic_linker_and_needs_no_library_is_loaded()
    {
        byte[] image = WithHeaders([3, 2], dynamicTag: 0);

        Assert.That(_board.Boot(image).EntryAddress, Is.EqualTo(0x10000u));
    }

    [Test]
    public void A_program_that_needs_shared_libraries_is_refused() =>
        Assert.That(_board.Refusal(WithHeaders([3, 2], dynamicTag: 1)), Does.Contain("shared libraries"));

    /// <summary>An image whose first program headers are of other types, over bytes that are also read as a dynamic section.</summary>
    private static byte[] WithHeaders(byte[] types, byte dynamicTag)
    {
        byte[] section = [0, 0, 0, dynamicTag, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        ElfBuilder builder = new() { Type = 3 };
        foreach (byte _ in types)
            builder.Segment(0x20000, section);
        byte[] image = builder.Segment(0x10000, new byte[64]).Build();
        for (int n = 0; n < types.Length; n++)
            image[ElfBuilder.ProgramHeaders + (32 * n) + 3] = types[n];
        return image;
    }
}
