/*
 * Memory of the tasks. Each PID has a page table of one page; a word of it is zero or the LO word of the TLB entry. Pages are made when they are
 * first touched, and become writable when they are first written: until then the processor refuses the store (the 405 keeps no dirty bits).
 */
#include "kernel.h"

#define TASKS		4			/* PID 0 is the kernel's */
#define PAGES		(USER_SIZE / PAGE_SIZE)
#define CACHE_LINE	32

u32 page_tables[TASKS][PAGES] __attribute__((aligned(PAGE_SIZE)));
u32 tlb_next, data_tlb_misses, instruction_tlb_misses;

extern char __user_start[], __user_end[], __user_load[], __free_memory[];
static u32 free_memory;

/* All tasks run the same program, from the same pages. */
void map_program(u32 pid)
{
	u32 pages = (__user_end - __user_start) / PAGE_SIZE;

	for (u32 n = 0; n < pages; n++)
		page_tables[pid][n] = ((u32)__user_load + n * PAGE_SIZE) | TLBLO_EX | TLBLO_ZONE(ZONE_USER);
}

static u32 new_page(void)
{
	if (!free_memory)
		free_memory = (u32)__free_memory;
	u32 page = free_memory;
	free_memory += PAGE_SIZE;
	for (u32 line = 0; line < PAGE_SIZE; line += CACHE_LINE)
		__asm__ volatile("dcbz 0, %0" : : "r"(page + line) : "memory");
	return page;
}

/* Gives the TLB entry of an address, if it has one, the rights that the page table has now. */
static void refresh_tlb(u32 address, u32 lo)
{
	u32 entry, found;

	__asm__ volatile("tlbsx. %0, 0, %2\n\tmfcr %1" : "=r"(entry), "=r"(found) : "r"(address) : "cr0");
	if (found & 0x20000000)			/* CR0[EQ] */
		__asm__ volatile("tlbwe %0, %1, 1\n\tisync" : : "r"(lo), "r"(entry) : "memory");
}

/* A task touched a page that it does not have or may not write. Returns 0 when it never may. */
int page_fault(const struct frame *frame)
{
	u32 address = frame->vector == VECTOR_ITLB ? frame->srr0 : frame->dear;
	u32 program = __user_end - __user_start;

	if (address - USER_BASE < program || address - USER_BASE >= USER_SIZE)
		return 0;
	u32 *entry = &page_tables[mfspr(SPR_PID)][(address - USER_BASE) / PAGE_SIZE];
	if (!*entry) {
		*entry = new_page() | TLBLO_ZONE(ZONE_USER);
		statistics.pages_made++;
		return 1;
	}
	if (frame->vector == VECTOR_DSI && (frame->esr & ESR_DST) && !(*entry & TLBLO_WR)) {
		*entry |= TLBLO_WR;
		refresh_tlb(address, *entry);
		statistics.pages_written++;
		return 1;
	}
	return 0;
}
