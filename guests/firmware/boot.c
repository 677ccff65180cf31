/* Runs from the flash: programs the SDRAM controller with the largest bank, looks where it repeats, and programs what is there. */
#include "registers.h"

typedef unsigned int u32;

#define MEGABYTE	0x00100000u
#define LARGEST		(256 * MEGABYTE)
#define SMALLEST	(4 * MEGABYTE)

#define B0CR		0x40
#define CFG		0x20

static void sdram(u32 index, u32 value)
{
	mtdcr(0x10, index);
	mtdcr(0x11, value);
}

static u32 bank(u32 size)
{
	u32 field = 0;

	for (u32 n = SMALLEST; n < size; n <<= 1)
		field++;
	return field << 17 | 1;
}

/* Each half of what is assumed is marked, the largest first: where the mark at 0 is overwritten, or comes back from further on, the memory repeats. */
u32 boot(void)
{
	volatile u32 *first;
	u32 size = SMALLEST;

	__asm__("li %0,0" : "=r"(first));	/* the compiler takes a store to address 0 for a mistake */
	sdram(CFG, 0);
	sdram(B0CR, bank(LARGEST));
	sdram(CFG, 0x80800000);
	for (u32 half = LARGEST / 2; half >= SMALLEST; half >>= 1)
		*(volatile u32 *)half = half;
	*first = 0x600dcafe;
	for (u32 half = SMALLEST; half < LARGEST; half <<= 1) {
		if (*(volatile u32 *)half != half)
			break;
		size = half << 1;
	}
	sdram(CFG, 0);
	sdram(B0CR, bank(size));
	sdram(CFG, 0x80800000);
	return size;
}
