/* Physical pages: a free list, the page freed last being the first to be given out. Single pages always work out; runs of pages only while there are some. */
#include "kernel.h"

#define MOST_PAGES	(0x08000000 / PAGE_SIZE)	/* 128 MB */
#define NONE		0xffff
#define CACHE_LINE	32

static struct page {
	u16 next, previous;		/* in the free list */
	u16 users;			/* 0 for a free page */
} pages[MOST_PAGES];
static u16 first_free = NONE;
static u32 first_page, end_page, free_count;

static void insert(u32 number)
{
	pages[number] = (struct page){ .next = first_free, .previous = NONE };
	if (first_free != NONE)
		pages[first_free].previous = number;
	first_free = number;
	free_count++;
}

static u32 take(u32 number)
{
	struct page *page = &pages[number];

	if (page->next != NONE)
		pages[page->next].previous = page->previous;
	if (page->previous != NONE)
		pages[page->previous].next = page->next;
	else
		first_free = page->next;
	page->users = 1;
	free_count--;
	return number << PAGE_SHIFT;
}

void page_setup(u32 start, u32 end)
{
	first_page = (start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	end_page = end >> PAGE_SHIFT;
	if (end_page > MOST_PAGES)
		end_page = MOST_PAGES;
	for (u32 number = first_page; number < end_page; number++)
		insert(number);
}

/* Gives the address of a page, or 0 when none is free. */
u32 page_alloc(void)
{
	return first_free == NONE ? 0 : take(first_free);
}

/* Gives pages that follow each other, or 0 when no such run is free. One attempt: nothing is moved or waited for. */
u32 page_alloc_contiguous(u32 count)
{
	u32 run = 0;

	for (u32 number = end_page; number-- > first_page; ) {
		run = pages[number].users ? 0 : run + 1;
		if (run == count) {
			for (u32 n = 0; n < count; n++)
				take(number + n);
			return number << PAGE_SHIFT;
		}
	}
	return 0;
}

static struct page *page_at(u32 address)
{
	u32 number = address >> PAGE_SHIFT;

	return number >= first_page && number < end_page ? &pages[number] : 0;
}

/* Pages outside of the allocator's memory, as those of the user program, have no count of users and are never freed. */
void page_share(u32 address)
{
	struct page *page = page_at(address);

	if (page)
		page->users++;
}

u32 page_users(u32 address)
{
	struct page *page = page_at(address);

	return page ? page->users : ~0u;
}

void page_free(u32 address)
{
	struct page *page = page_at(address);

	if (page && --page->users == 0)
		insert(address >> PAGE_SHIFT);
}

u32 pages_free(void)
{
	return free_count;
}

void page_clear(u32 address)
{
	for (u32 line = 0; line < PAGE_SIZE; line += CACHE_LINE)
		__asm__ volatile("dcbz 0, %0" : : "r"(address + line) : "memory");
}

void page_copy(u32 to, u32 from)
{
	u32 *target = (u32 *)to;
	const u32 *source = (const u32 *)from;

	for (u32 n = 0; n < PAGE_SIZE / 4; n++)
		target[n] = source[n];
}
