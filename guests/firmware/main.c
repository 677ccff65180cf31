/*
 * A small firmware: it says what it found, counts its starts in an environment in the flash, and does what lines on the console say:
 *
 *   flash          boots the uImage at the start of the flash
 *   tftp NAME      boots a uImage from the gateway
 *   reset          resets the system
 */
#include "firmware.h"

#define IMAGE		((u8 *)0x00800000)
#define MAGIC		0x27051956u
#define HEADER		64
#define INFORMATION	((u8 *)0x00f00000)
#define INFORMATION_SIZE	0x98
#define CPU_CLOCK	333333330
#define CRYSTAL		33333333
#define ENVIRONMENT	64

struct environment {
	u32 crc, starts;
	u8 text[ENVIRONMENT - 8];
};

static struct flash flash;
static u32 ram_size;

/* A 405EP with a flash of 16 bits is Hotfoot. */
static int is_hotfoot(void)
{
	return mfspr(SPR_PVR) >> 16 == PVR_405EP && flash.width == 2;
}

/* A 405EX has its UARTs elsewhere, and Hotfoot's first port is the chip's second. */
static u32 console_address(u32 pvr)
{
	if (pvr >> 16 == PVR_405EX)
		return 0xef600200;
	return is_hotfoot() ? 0xef600400 : 0xef600300;
}

/* What a kernel's boot wrapper asks Hotfoot's firmware for (Linux, ppcboot-hotfoot.h); nothing on other boards, whose wrappers need more than is known here. */
static u32 board_information(void)
{
	u8 *bytes = INFORMATION;

	if (!is_hotfoot())
		return 0;
	for (u32 n = 0; n < INFORMATION_SIZE; n++)
		bytes[n] = 0;
	*(u32 *)(bytes + 0x04) = ram_size;
	*(u32 *)(bytes + 0x08) = flash.start;
	*(u32 *)(bytes + 0x0c) = flash.size;
	for (u32 n = 0; n < 2; n++) {
		bytes[0x24 + 6 * n] = 0x02;
		bytes[0x29 + 6 * n] = 0x10 + n;
	}
	*(u32 *)(bytes + 0x34) = *(u32 *)(bytes + 0x64) = CPU_CLOCK;
	*(u32 *)(bytes + 0x38) = *(u32 *)(bytes + 0x68) = CPU_CLOCK / 3;
	*(u32 *)(bytes + 0x3c) = 115200;
	*(u32 *)(bytes + 0x6c) = CRYSTAL;
	*(u32 *)(bytes + 0x8c) = CPU_CLOCK / 6;
	return (u32)bytes;
}

u32 crc32(const u8 *bytes, u32 count)
{
	u32 crc = ~0u;

	while (count--) {
		crc ^= *bytes++;
		for (u32 bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void print_hex(u32 value)
{
	u8 bytes[4] = { value >> 24, value >> 16, value >> 8, value };

	print_bytes(bytes, 4, "");
}

/* The environment is in the sector before the firmware's. */
static void count_start(void)
{
	u32 address = 0 - 2 * flash.sector;
	const struct environment *saved = (const struct environment *)address;
	static struct environment next;

	if (saved->crc == crc32((const u8 *)&saved->starts, ENVIRONMENT - 4)) {
		for (u32 n = 0; n < ENVIRONMENT; n++)
			((u8 *)&next)[n] = ((const u8 *)saved)[n];
		print("environment: ");
		print((const char *)next.text);
		print(", starts ");
		print_number(next.starts);
		print("\n");
	} else {
		static const char text[] = "made by the firmware";

		for (u32 n = 0; n < sizeof text; n++)
			next.text[n] = text[n];
		print("no environment\n");
	}
	next.starts++;
	next.crc = crc32((const u8 *)&next.starts, ENVIRONMENT - 4);
	if (!flash_erase(&flash, address) || !flash_program(&flash, address, (const u8 *)&next, ENVIRONMENT) || saved->crc != next.crc)
		print("SAVE-FAILED\n");
}

static u32 word(const u8 *bytes)
{
	return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* What is started has a stack where the image, which may be as large as a kernel, is not. */
static void enter(u32 entry, u32 information)
{
	register u32 r3 __asm__("r3") = information;

	__asm__ volatile("sync; isync; mtctr %1; mr 1,%2; bctr" : : "r"(r3), "r"(entry), "r"(INFORMATION - 16) : "memory", "ctr");
	__builtin_unreachable();
}

static void boot_image(const u8 *image)
{
	u8 header[HEADER];
	u32 size = word(image + 12);
	u8 *to = (u8 *)word(image + 16);
	u32 entry = word(image + 20);

	for (u32 n = 0; n < HEADER; n++)
		header[n] = n >= 4 && n < 8 ? 0 : image[n];
	if (word(image) != MAGIC || crc32(header, HEADER) != word(image + 4)) {
		print("no uImage\n");
		return;
	}
	if (crc32(image + HEADER, size) != word(image + 24)) {
		print("bad data CRC\n");
		return;
	}
	print("booting ");
	print((const char *)image + 32);
	print("\n");
	for (u32 n = 0; n < size; n++)
		to[n] = image[HEADER + n];
	enter(entry, board_information());
}

static void boot_from_network(const char *name)
{
	static const u8 address[] = { 0x02, 0x00, 0x40, 0x05, 0x00, 0x00 };
	int length;

	if (emac_start(address) < 0) {
		print("no link\n");
		return;
	}
	protocols_start(address);
	if (!find_gateway()) {
		print("no gateway\n");
		return;
	}
	print_number(ping_gateway(1));
	print(" answer\n");
	length = fetch_to(name, IMAGE);
	if (length < 0) {
		print("not there\n");
		return;
	}
	print_number(length);
	print(" bytes\n");
	boot_image(IMAGE);
}

static int is(const char *line, const char *command)
{
	while (*command)
		if (*line++ != *command++)
			return 0;
	return 1;
}

void firmware_main(u32 ram, u32 first)
{
	u32 pvr = mfspr(SPR_PVR);
	int has_flash = flash_identify(&flash);
	char line[80];

	ram_size = ram;
	console_start(console_address(pvr));
	print("FIRMWARE PVR ");
	print_hex(pvr);
	print(", RAM ");
	print_number(ram >> 20);
	print(" MB, stack in ");
	print(first ? "the data cache" : "the OCM");
	print("\n");
	if (!has_flash) {
		print("no flash\n");
	} else {
		print("flash ");
		print_hex(flash.manufacturer << 16 | flash.device);
		print(", ");
		print_number(flash.size >> 10);
		print(" KB, sectors of ");
		print_number(flash.sector >> 10);
		print(" KB\n");
		count_start();
	}
	for (;;) {
		print("firmware> ");
		read_line(line, sizeof line);
		print(line);
		print("\n");
		if (is(line, "flash"))
			boot_image((const u8 *)flash.start);
		else if (is(line, "tftp "))
			boot_from_network(line + 5);
		else if (is(line, "reset"))
			__asm__ volatile("mtspr %0,%1" : : "n"(SPR_DBCR0), "r"(DBCR0_SYSTEM_RESET));
		else if (*line)
			print("flash, tftp NAME or reset\n");
	}
}
