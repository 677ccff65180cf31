/* Faults of translation: 16 pages from 0x40000000 on, with the table of start.S; all else is where it is. */
#include "corpus.h"

#define WINDOW	0x40000000u
#define PAGE	4096

u32 page_table[16];
static u8 memory[4][PAGE] __attribute__((aligned(PAGE)));

static void translation(int on)
{
	u32 msr;

	__asm__ volatile("mfmsr %0" : "=r"(msr));
	msr = on ? msr | MSR_DR : msr & ~MSR_DR;
	__asm__ volatile("sync; mtmsr %0; isync" : : "r"(msr) : "memory");
}

/* The bits of the entry belong below the frame's address; this takes one bit of the address as well. */
NOINLINE static u32 entry_for(const void *frame)
{
	return ((u32)frame & 0xffffe000) | TLBLO_WR;	/* cause: wrong_frame */
}

NOINLINE static void map(u32 page, u32 entry)
{
	page_table[page] = entry;
}

static void wrong_frame(void)
{
	for (u32 n = 0; n < 4; n++) {
		*(u32 *)memory[n] = 100 + n;
		map(n, entry_for(memory[n]));
	}
	for (u32 n = 0; n < 4; n++) {
		u32 found;

		translation(1);
		found = *(volatile u32 *)(WINDOW + n * PAGE);
		translation(0);
		verify(found, 100 + n);
	}
}

/* The table is changed, and the TLB keeps what it had. */
NOINLINE static void remap(u32 page, const void *frame)
{
	page_table[page] = (u32)frame | TLBLO_WR;	/* cause: stale_translation */
}

static void stale_translation(void)
{
	u32 before, after;

	*(u32 *)memory[0] = 1;
	*(u32 *)memory[1] = 2;
	remap(0, memory[0]);
	translation(1);
	before = *(volatile u32 *)WINDOW;
	remap(0, memory[1]);
	after = *(volatile u32 *)WINDOW;
	translation(0);
	verify(before, 1);
	verify(after, 2);
}

const struct fault mmu_faults[] = {
	{ "wrong_frame", wrong_frame },
	{ "stale_translation", stale_translation },
	{ 0, 0 },
};
