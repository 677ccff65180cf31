#include "work.h"

#define NODES 1024		/* one in each 4 KiB page */
#define PAGE 4096
#define STEPS 4096

struct node {
	struct node *next;
	uint32_t value;
};

static uint8_t memory[NODES * PAGE] __attribute__((aligned(PAGE)));

/* A different line in each page, so that the pages and not a cache's sets decide. */
static struct node *node_of(uint32_t page)
{
	return (struct node *)(memory + page * PAGE + (page * 32 & (PAGE - 1)));
}

uint32_t work_chase(uint32_t rounds)
{
	uint32_t sum = 0;
	struct node *at = node_of(0);

	/* One circle through all pages, in strides that no TLB of 64 entries follows. */
	for (uint32_t page = 0; page < NODES; page++)
		*node_of(page) = (struct node) { node_of((page + 389) % NODES), page };
	while (rounds-- > 0) {
		for (int step = 0; step < STEPS; step++) {
			sum = mix(sum, at->value++);
			at = at->next;
		}
	}
	return sum;
}
