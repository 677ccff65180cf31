/* Kernel virtual memory: wired pages from anywhere, one after the other in virtual addresses only */
#include "kernel.h"

u32 kernel_page_table[KVA_PAGES];	/* TLBLO words; 0 for a page that is not mapped */

static u32 is_free(u32 first, u32 pages)
{
	for (u32 n = 0; n < pages; n++)
		if (kernel_page_table[first + n])
			return 0;
	return 1;
}

/* The first free addresses, so that they are used again soon. */
static u32 find(u32 pages)
{
	u32 first = 0;

	while (first + pages <= KVA_PAGES && !is_free(first, pages))
		first++;
	return first;
}

/* Gives the address of mapped pages, or 0 when there are no addresses or no pages. */
u32 kva_alloc(u32 pages)
{
	u32 first = find(pages);
	u32 address = KVA_BASE + first * PAGE_SIZE;

	if (first + pages > KVA_PAGES)
		return 0;
	for (u32 n = 0; n < pages; n++) {
		u32 page = page_alloc();
		if (!page) {
			kva_free(address, n);
			return 0;
		}
		kernel_page_table[first + n] = page | TLBLO_WR | TLBLO_ZONE(ZONE_KERNEL);
	}
	return address;
}

void kva_free(u32 address, u32 pages)
{
	for (u32 n = 0; n < pages; n++, address += PAGE_SIZE) {
		u32 *entry = &kernel_page_table[(address - KVA_BASE) >> PAGE_SHIFT];

		page_free(*entry & ~(PAGE_SIZE - 1));
		*entry = 0;
		tlb_flush_page(address, KERNEL_PID);
	}
}
