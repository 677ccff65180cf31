/*
 * AMD's commands: bytes at 0x555 and 0x2aa for a chip on 8 lines, halfwords for one on 16, which is found by its query. Only the low address lines count, so
 * the commands go to the last 512 KB whatever the size is. Whoever calls runs in RAM.
 */
#include "firmware.h"

#define END		0xfff80000u

static u32 width;

static void put(u32 unit, u32 data)
{
	if (width == 1)
		*(volatile u8 *)(END + unit) = data;
	else
		*(volatile u16 *)(END + 2 * unit) = data;
}

static u32 get(u32 unit)
{
	return width == 1 ? *(volatile u8 *)(END + unit) : *(volatile u16 *)(END + 2 * unit);
}

static void unlock(u32 command)
{
	put(0x555, 0xaa);
	put(0x2aa, 0x55);
	put(0x555, command);
}

static u32 at(u32 address)
{
	return width == 1 ? *(volatile u8 *)address : *(volatile u16 *)address;
}

static void put_at(u32 address, u32 data)
{
	if (width == 1)
		*(volatile u8 *)address = data;
	else
		*(volatile u16 *)address = data;
}

/* Waits until DQ6 stands still; whether the chip did it. */
static int wait(u32 address, u32 expected)
{
	for (;;) {
		u32 one = at(address), other = at(address);

		if (!((one ^ other) & 0x40))
			break;
		if (one & 0x20 && (at(address) ^ at(address)) & 0x40) {
			put(0, 0xf0);
			return 0;
		}
	}
	return at(address) == expected;
}

int flash_identify(struct flash *flash)
{
	width = 1;
	put(0, 0xf0);
	unlock(0x90);
	flash->manufacturer = get(0);
	flash->device = get(1);
	put(0, 0xf0);
	if (flash->manufacturer == 0x01 && flash->device == 0xa4) {
		flash->size = 0x80000;
		flash->sector = 0x10000;
		flash->buffer = 0;
	} else {
		width = 2;
		put(0, 0xf0);
		put(0x55, 0x98);
		if (get(0x10) != 'Q' || get(0x11) != 'R' || get(0x12) != 'Y' || get(0x13) != 2) {
			put(0, 0xf0);
			return 0;
		}
		flash->size = 1u << get(0x27);
		flash->buffer = 1u << get(0x2a);
		flash->sector = (get(0x2f) | get(0x30) << 8) * 256;
		put(0, 0xf0);
		unlock(0x90);
		flash->manufacturer = get(0);
		flash->device = get(1);
		put(0, 0xf0);
	}
	flash->width = width;
	flash->start = 0 - flash->size;
	return 1;
}

int flash_erase(const struct flash *flash, u32 address)
{
	width = flash->width;
	unlock(0x80);
	put(0x555, 0xaa);
	put(0x2aa, 0x55);
	put_at(address & ~(flash->sector - 1), 0x30);
	return wait(address, width == 1 ? 0xff : 0xffff);
}

static u32 unit_of(const u8 *bytes)
{
	return width == 1 ? bytes[0] : bytes[0] << 8 | bytes[1];
}

/* The address and the count are multiples of the chip's width, or of its buffer where it has one. */
int flash_program(const struct flash *flash, u32 address, const u8 *bytes, u32 count)
{
	u32 step = flash->buffer ? flash->buffer : flash->width;

	width = flash->width;
	for (u32 done = 0; done < count; done += step) {
		u32 last = address + done + step - width;

		if (flash->buffer) {
			put(0x555, 0xaa);
			put(0x2aa, 0x55);
			put_at(address + done, 0x25);
			put_at(address + done, step / width - 1);
			for (u32 n = 0; n < step; n += width)
				put_at(address + done + n, unit_of(bytes + done + n));
			put_at(last, 0x29);
		} else {
			unlock(0xa0);
			put_at(last, unit_of(bytes + done));
		}
		if (!wait(last, unit_of(bytes + done + step - width)))
			return 0;
	}
	return 1;
}
