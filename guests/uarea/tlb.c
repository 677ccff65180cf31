/* Takes entries out of the TLB, by the software's copy of it. Interrupts are off meanwhile, since their misses change entries. */
#include "kernel.h"

static void invalidate(u32 number)
{
	cpu_info.tlb[number] = 0;
	__asm__ volatile("tlbwe %0, %1, 0\n\tisync" : : "r"(0), "r"(number) : "memory");
}

void tlb_flush_page(u32 address, u32 pid)
{
	u32 msr = interrupts_off();

	for (u32 n = TLB_FIRST; n < TLB_ENTRIES; n++)
		if (cpu_info.tlb[n] == ((address & ~(PAGE_SIZE - 1)) | pid))
			invalidate(n);
	interrupts_restore(msr);
}

void tlb_flush_pid(u32 pid)
{
	u32 msr = interrupts_off();

	for (u32 n = TLB_FIRST; n < TLB_ENTRIES; n++)
		if ((cpu_info.tlb[n] & TLB_PID_MASK) == pid)
			invalidate(n);
	interrupts_restore(msr);
}
