/*
 * A polled network: the FIT looks for packets, the soft interrupt checks them. They stand in clusters in kernel virtual memory, more of them than the TLB has
 * entries, so that looking through them replaces all entries but the wired ones and that of the running stack.
 */
#include "kernel.h"

#define CLUSTERS	64
#define HEADER_WORDS	5

static u32 clusters;
static u32 checksum;

void net_setup(void)
{
	clusters = kva_alloc(CLUSTERS);
	if (!clusters)
		panic("no memory for network clusters", 0);
}

void net_poll(void)
{
	softint_schedule(SOFTINT_NET);
}

void net_softint(void)
{
	for (u32 n = 0; n < CLUSTERS; n++) {
		u32 *header = (u32 *)(clusters + n * PAGE_SIZE);

		for (u32 word = 0; word < HEADER_WORDS; word++)
			checksum += header[word];
		header[0] = checksum;
	}
}
