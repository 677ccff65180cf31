/*
 * U-areas: the pcb at the base, the kernel stack from the end. In order of preference: one page, if that is enough; contiguous pages; pages from anywhere at a
 * kernel virtual address. The first two are direct-mapped: their addresses are physical ones as well.
 */
#include "kernel.h"

u32 uarea_size;

#ifdef NETBSD_LAYOUT
#define alloc_direct cpu_uarea_alloc
u32 cpu_uarea_alloc(void);
__attribute__((noinline)) u32 alloc_direct(void)
#else
static u32 alloc_direct(void)
#endif
{
	u32 uarea = options.upages == 1 ? page_alloc() : page_alloc_contiguous(options.upages);

	if (uarea)
		statistics.uareas_direct++;
	else
		statistics.direct_failures++;
	return uarea;
}

static u32 alloc_kva(void)
{
	u32 uarea = kva_alloc(options.upages);

	if (uarea)
		statistics.uareas_kva++;
	return uarea;
}

u32 uarea_alloc(void)
{
	u32 msr = interrupts_off();
	u32 uarea = options.uarea == UAREA_KVA ? 0 : alloc_direct();

	if (!uarea)
		uarea = alloc_kva();
	interrupts_restore(msr);
	if (!uarea)
		panic("no memory for a u-area", 0);
	for (u32 offset = 0; offset < uarea_size; offset += PAGE_SIZE)
		page_clear(uarea + offset);
	return uarea;
}

void uarea_free(u32 uarea)
{
	u32 msr = interrupts_off();

	if (uarea >= KVA_BASE)
		kva_free(uarea, options.upages);
	else
		for (u32 offset = 0; offset < uarea_size; offset += PAGE_SIZE)
			page_free(uarea + offset);
	interrupts_restore(msr);
}
