/* External, PIT and FIT interrupts, once interrupt.S has saved the registers. Interrupts stay off; longer work is left to soft interrupts. */
#include "kernel.h"

#define PIT_PERIOD	16384u
#define BRANCH		0x48000000u
#define BRANCH_MASK	0x03fffffcu
#define SLOT_BRANCH	2		/* the third instruction of a vector's slot */

volatile u32 ticks;

void intr_dispatch(u32 vector)
{
	switch (vector) {
	case VECTOR_PIT:
		mtspr(SPR_TSR, TSR_PIS);
		statistics.pit++;
		ticks++;
		want_switch = 1;
		softint_schedule(SOFTINT_CLOCK);
		break;
	case VECTOR_FIT:
		mtspr(SPR_TSR, TSR_FIS);
		statistics.fit++;
		net_poll();
		break;
	case VECTOR_EXTERNAL:
		statistics.external++;
		console_interrupt();
		break;
	}
}

/* Soft interrupts, and another lwp if it is due and the interrupted one was in user mode. Interrupts are off at return. */
void intr_finish(struct intrframe *frame)
{
	softint_deliver();
	if (frame->srr1 & MSR_PR)
		userret();
}

/* Lets a vector's slot branch to an entry. */
static void install(u32 vector, void (*entry)(void))
{
	u32 *branch = &vectors[vector / 4 + SLOT_BRANCH];

	*branch = BRANCH | (((u32)entry - (u32)branch) & BRANCH_MASK);
	__asm__ volatile("dcbst 0, %0\n\tsync\n\ticbi 0, %0\n\tisync" : : "r"(branch) : "memory");
}

void intr_setup(void)
{
	static void (*const entries[])(void) = {
		[ENTRY_REAL_MODE] = intr_entry_real_mode,
		[ENTRY_MMU_FIRST] = intr_entry_mmu_first,
		[ENTRY_MMU_FIRST_SAVED] = intr_entry_mmu_first_saved,
		[ENTRY_WIRED_STACK] = intr_entry_wired_stack,
		[ENTRY_TOUCHED] = intr_entry_mmu_first,
	};

	install(VECTOR_EXTERNAL, entries[options.entry]);
	install(VECTOR_PIT, entries[options.entry]);
	install(VECTOR_FIT, entries[options.entry]);
	cpu_info.touch = options.entry == ENTRY_TOUCHED;

	/* The FIT comes at multiples of 2^16 ticks, the PIT half a period beside: never both at once, by themselves. */
	mtspr(SPR_TBL, 0);
	mtspr(SPR_TBU, 0);
	mtspr(SPR_TBL, PIT_PERIOD / 2);
	mtspr(SPR_PIT, PIT_PERIOD);
	mtspr(SPR_TSR, ~0u);
	mtspr(SPR_TCR, TCR_PIE | TCR_ARE | TCR_FIE | TCR_FP_2_17);
}
