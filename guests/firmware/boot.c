/* Runs from the flash: programs the memory controller with the largest bank, looks where it repeats, and programs what is there. */
#include "registers.h"

typedef unsigned int u32;

#define MEGABYTE	0x00100000u
#define LARGEST		(256 * MEGABYTE)
#define SMALLEST	(4 * MEGABYTE)

#define PVR_405EX	0x1291

/* SDRAM0: the first bank has the same index on all chips; then the 405GP's and EP's CFG, and what a 405EX has instead */
#define B0CR		0x40
#define CFG		0x20
#define CFG_ENABLED	0x80800000
#define MCSTAT		0x1f
#define MCSTAT_COMPLETE	0x80000000
#define MCOPT2		0x21
#define MCOPT2_INIT	0x20000000
#define MCOPT2_ENABLED	0x08000000

static void sdram(u32 index, u32 value)
{
	mtdcr(0x10, index);
	mtdcr(0x11, value);
}

/* Has one bank of a size at 0; the controller is off meanwhile. */
static void place(u32 size)
{
	int is_ex = mfspr(SPR_PVR) >> 16 == PVR_405EX;
	u32 field = 0;

	for (u32 n = SMALLEST; n < size; n <<= 1)
		field++;
	if (!is_ex) {
		sdram(CFG, 0);
		sdram(B0CR, field << 17 | 1);
		sdram(CFG, CFG_ENABLED);
		return;
	}
	sdram(MCOPT2, 0);
	sdram(B0CR, field << 12 | 1);
	sdram(MCOPT2, MCOPT2_INIT);
	do
		mtdcr(0x10, MCSTAT);
	while (!(mfdcr(0x11) & MCSTAT_COMPLETE));
	sdram(MCOPT2, MCOPT2_INIT | MCOPT2_ENABLED);
}

/* Each half of what is assumed is marked, the largest first: where the mark at 0 is overwritten, or comes back from further on, the memory repeats. */
u32 boot(void)
{
	volatile u32 *first;
	u32 size = SMALLEST;

	__asm__("li %0,0" : "=r"(first));	/* the compiler takes a store to address 0 for a mistake */
	place(LARGEST);
	for (u32 half = LARGEST / 2; half >= SMALLEST; half >>= 1)
		*(volatile u32 *)half = half;
	*first = 0x600dcafe;
	for (u32 half = SMALLEST; half < LARGEST; half <<= 1) {
		if (*(volatile u32 *)half != half)
			break;
		size = half << 1;
	}
	place(size);
	return size;
}
