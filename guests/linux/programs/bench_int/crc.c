/* CRC-32 by table: loads, shifts, a loop with one long dependency. */
#include "bench_int.h"

static uint32_t table[256];

void crc_prepare(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? (c >> 1) ^ 0xEDB88320u : c >> 1;
		table[i] = c;
	}
}

uint32_t crc(const void *bytes, unsigned length, uint32_t seed)
{
	const uint8_t *byte = bytes;
	uint32_t c = ~seed;

	while (length--)
		c = table[(c ^ *byte++) & 255] ^ (c >> 8);
	return ~c;
}
