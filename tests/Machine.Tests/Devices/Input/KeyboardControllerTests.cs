using PpcJit.Machine.Buses;
using PpcJit.Machine.Devices.Fpga;
using PpcJit.Machine.Devices.Input;

namespace PpcJit.Machine.Tests.Devices.Input;

/// <summary>
/// The keyboard controller and the Walnut's FPGA as pckbc and i8042 drivers probe them, with nothing plugged in.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeyboardControllerTests
{
    private const uint Data = 0, Command = 1, Enable = 1, Polarity = 2, Trigger = 3, Control = 4;
    private readonly List<string> _reports = [];
    private readonly InterruptLine _common = InterruptLine.Unconnected;
    private readonly InterruptLine _mouse = InterruptLine.Unconnected;
    private readonly WalnutFpga _fpga;
    private readonly KeyboardController _controller;

    public KeyboardControllerTests()
    {
        HardwareLog log = new();
        log.Reported += _reports.Add;
        _fpga = new WalnutFpga(_common, _mouse, log);
        _controller = new KeyboardController(_fpga.KeyboardInput, _fpga.MouseInput);
    }

    [TestCase(0xaa, 0x55, TestName = "Self_test")]
    [TestCase(0xab, 0x00, TestName = "Keyboard_interface_test")]
    [TestCase(0xa9, 0x00, TestName = "Mouse_interface_test")]
    [TestCase(0x20, 0x30, TestName = "Both_ports_are_disabled_after_reset")]
    public void Commands_of_the_controller_answer(int command, int expected)
    {
        Assert.That(Status() & 1, Is.Zero, "nothing waits at first");
        Write(Command, command);
        Assert.That(Status() & 1, Is.EqualTo(1));
        Assert.That(Read(Data), Is.EqualTo(expected));
        Assert.That(Status() & 1, Is.Zero);
    }

    [Test]
    public void The_command_byte_reads_back()
    {
        Write(Command, 0x60);
        Write(Data, 0x45);
        Write(Command, 0x20);
        Assert.That(Read(Data), Is.EqualTo(0x45));
    }

    [TestCase(0xa8, 0x10, 0xa7)]
    [TestCase(0xae, 0x20, 0xad)]
    public void A_port_is_enabled_and_disabled_by_its_commands(int enable, int expected, int disable)
    {
        Write(Command, enable);
        Write(Command, 0x20);
        Assert.That(Read(Data), Is.EqualTo(expected));
        Write(Command, disable);
        Write(Command, 0x20);
        Assert.That(Read(Data), Is.EqualTo(0x30));
    }

    [Test]
    public void The_input_buffer_is_never_full() => Assert.That(Status() & 2, Is.Zero);

    [Test]
    public void A_byte_for_an_absent_keyboard_times_out_at_once()
    {
        Write(Data, 0xff);
        Assert.That(Status() & 0x61, Is.EqualTo(0x41), "a byte with the time-out bit, not from the mouse");
        Assert.That(Read(Data), Is.EqualTo(0xfe));
    }

    [Test]
    public void A_byte_for_an_absent_mouse_times_out_and_the_loop_command_echoes()
    {
        Write(Command, 0xd4);
        Write(Data, 0xff);
        Assert.That((Status() & 0x61, Read(Data)), Is.EqualTo((0x61, 0xfe)));
        Write(Command, 0xd3);
        Write(Data, 0x5a);
        Assert.That((Status() & 0x61, Read(Data)), Is.EqualTo((0x21, 0x5a)));
    }

    [Test]
    public void Interrupts_pass_the_FPGA_as_NetBSD_sets_it_up()
    {
        Write(Command, 0x60);
        Write(Data, 0x03);
        Program(Control, 0x80);
        Program(Polarity, 0x03);
        Program(Trigger, 0x03);
        Program(Enable, 0x03);
        Write(Data, 0xed);
        Assert.That((_common.Level, _mouse.Level, _fpga.Read(0, 1)), Is.EqualTo((true, false, 2u)));
        Read(Data);
        Assert.That(_common.Level, Is.False);
        Write(Command, 0xd4);
        Write(Data, 0xf4);
        Assert.That((_common.Level, _mouse.Level, _fpga.Read(0, 1)), Is.EqualTo((false, true, 1u)));
        Program(Control, 0);
        Assert.That((_common.Level, _mouse.Level), Is.EqualTo((true, false)), "shared again");
        Program(Enable, 0);
        Assert.That(_common.Level, Is.False);
    }

    [Test]
    public void An_edge_stays_until_it_is_acknowledged()
    {
        Write(Command, 0x60);
        Write(Data, 0x01);
        Program(Trigger, 0);
        Program(Enable, 2);
        Write(Data, 0xed);
        Read(Data);
        Assert.That(_common.Level, Is.True);
        Program(0, 2);
        Assert.That(_common.Level, Is.False);
    }

    [Test]
    public void Unknown_registers_of_the_FPGA_are_reported_once_by_name()
    {
        for (int n = 0; n < 2; n++)
        {
            _fpga.Read(9, 1);
            _fpga.Write(9, 1, 1);
        }

        Assert.That(_reports, Has.Count.EqualTo(2).And.All.Contains("0x09 of the FPGA"));
    }

    [Test]
    public void Whatever_software_writes_the_controller_never_keeps_it_waiting()
    {
        Random random = new(8042);
        for (int n = 0; n < 10_000; n++)
        {
            Write((uint)random.Next(2), random.Next(256));
            Program((uint)random.Next(16), (byte)random.Next(256));
            Assert.That(Status() & 2, Is.Zero);
        }

        Write(Command, 0xaa);
        Assert.That(Read(Data), Is.EqualTo(0x55));
    }

    private int Status() => (int)_controller.Read(Command, 1);

    private int Read(uint register) => (int)_controller.Read(register, 1);

    private void Write(uint register, int value) => _controller.Write(register, 1, (uint)value);

    private void Program(uint register, byte value) => _fpga.Write(register, 1, value);
}
