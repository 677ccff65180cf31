/* Hash table with open addressing: multiplications, unpredictable branches. */
#include <string.h>
#include "../common/arguments.h"
#include "bench_int.h"

#define SLOTS 4096

static struct {
	uint32_t key, value;
} slots[SLOTS];

uint32_t hash_table(unsigned operations, unsigned *random)
{
	uint32_t hits = 0;

	memset(slots, 0, sizeof slots);
	for (unsigned i = 0; i < operations; i++) {
		uint32_t key = (next_random(random) & 2047) + 1;
		uint32_t slot = (key * 2654435761u) >> 20;

		while (slots[slot].key && slots[slot].key != key)
			slot = (slot + 1) & (SLOTS - 1);
		if (slots[slot].key == key) {
			hits++;
			slots[slot].value += i;
		} else {
			slots[slot].key = key;
			slots[slot].value = i;
		}
	}
	for (unsigned i = 0; i < SLOTS; i++)
		hits = hits * 31 + slots[i].value;
	return hits;
}
