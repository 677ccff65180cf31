/*
 * What fragments memory on a machine that has been up for a while: two files are read in turn until memory is full of them, page by page, and then one of
 * them is closed. Half of memory is free again, and no two free pages are neighbours.
 */
#include "kernel.h"

struct cached_page {
	struct cached_page *next;
};

static struct cached_page *read_page(struct cached_page *file)
{
	struct cached_page *page = (struct cached_page *)page_alloc();

	if (page)
		page->next = file;
	return page;
}

void fragment_memory(void)
{
	struct cached_page *kept = 0, *closed = 0, *page;

	for (;;) {
		if (!(page = read_page(kept)))
			break;
		kept = page;
		if (!(page = read_page(closed)))
			break;
		closed = page;
	}
	while (closed) {
		page = closed->next;
		page_free((u32)closed);
		closed = page;
	}
}
