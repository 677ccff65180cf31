#include "work.h"

#define ENTRIES 4096
#define BUCKETS 1024

struct entry {
	struct entry *next;
	uint32_t key, uses;
};

static struct entry entries[ENTRIES], *buckets[BUCKETS];
static uint32_t crc_table[256];

static void prepare(void)
{
	for (uint32_t n = 0; n < 256; n++) {
		uint32_t crc = n;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		crc_table[n] = crc;
	}
}

static struct entry *find(uint32_t key)
{
	struct entry *entry = buckets[key * 2654435761u >> 22];

	while (entry && entry->key != key)
		entry = entry->next;
	return entry;
}

uint32_t work_hash(uint32_t rounds)
{
	uint32_t crc = ~0u, random = 1;

	prepare();
	while (rounds-- > 0) {
		int used = 0;

		for (int i = 0; i < BUCKETS; i++)
			buckets[i] = NULL;
		for (int i = 0; i < 2 * ENTRIES; i++) {
			uint32_t key = next_random(&random) & 0x1fff;
			struct entry *entry = find(key);

			if (!entry && used < ENTRIES) {
				struct entry **bucket = &buckets[key * 2654435761u >> 22];

				entry = &entries[used++];
				*entry = (struct entry) { *bucket, key, 0 };
				*bucket = entry;
			}
			if (entry)
				entry->uses++;
		}
		for (int i = 0; i < used; i++)
			for (int shift = 0; shift < 32; shift += 8)
				crc = crc >> 8 ^ crc_table[(crc ^ (entries[i].key + (entries[i].uses << 16)) >> shift) & 0xff];
	}
	return crc;
}
