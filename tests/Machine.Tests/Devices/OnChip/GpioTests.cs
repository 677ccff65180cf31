using PpcJit.Machine.Devices.OnChip;


namespace PpcJit.Machine.Tests.Devices.OnChip;

public sealed class GpioTests
{
    [Test]
    public void Outputs_read_back_where_they_are_driven()
    {
        Gpio gpio = new(new HardwareLog());
        Assert.That(gpio.Read(0x1c, 4), Is.EqualTo(uint.MaxValue), "pulled up");
        gpio.Write(0x04, 4, 0xffff0000);
        gpio.Write(0x00, 4, 0x12345678);
        Assert.That(gpio.Read(0x1c, 4), Is.EqualTo(0x1234ffff));
        gpio.Pins = 0;
        gpio.Write(0x18, 4, 0xff000000);
        Assert.That(gpio.Read(0x1c, 4), Is.EqualTo(0x00340000), "an open drain cannot pull up");
    }
}
