#include "work.h"

#define SIZE 8192
#define HASHES 1024
#define WINDOW 4095
#define LEAST 3
#define MOST 18

static uint8_t plain[SIZE], packed[SIZE + SIZE / 8 + 16], unpacked[SIZE];
static int16_t heads[HASHES], previous[SIZE];

static void write_plain(uint32_t *random)
{
	for (int i = 0; i < SIZE;) {
		uint32_t choice = next_random(random);

		if (i > 64 && choice & 3) {
			int from = i - 1 - (int)(choice >> 8) % 60;

			for (int n = 4 + (choice >> 4) % 12; n-- > 0 && i < SIZE;)
				plain[i++] = plain[from++];
		} else {
			plain[i++] = (uint8_t)('a' + choice % 20);
		}
	}
}

static uint32_t hash(const uint8_t *at)
{
	return ((uint32_t)at[0] << 16 | at[1] << 8 | at[2]) * 2654435761u >> 22;
}

static int match(int left, int right)
{
	int length = 0;

	while (length < MOST && right + length < SIZE && plain[left + length] == plain[right + length])
		length++;
	return length;
}

/* Groups of eight items after a byte whose bits say which are pairs of distance and length. */
static int pack(void)
{
	int out = 0, flags = 0, items = 8;

	for (int i = 0; i < HASHES; i++)
		heads[i] = -1;
	for (int at = 0; at < SIZE;) {
		int best = 0, distance = 0, step = 1;

		if (at + LEAST <= SIZE) {
			int tries = 16;

			for (int from = heads[hash(plain + at)]; from >= 0 && at - from <= WINDOW && tries-- > 0; from = previous[from]) {
				int length = match(from, at);

				if (length > best)
					best = length, distance = at - from;
			}
		}
		if (items == 8)
			flags = out++, packed[flags] = 0, items = 0;
		if (best >= LEAST) {
			packed[flags] |= 1 << items;
			packed[out++] = (uint8_t)(distance >> 4);
			packed[out++] = (uint8_t)(distance << 4 | (best - LEAST));
			step = best;
		} else {
			packed[out++] = plain[at];
		}
		items++;
		while (step-- > 0) {
			if (at + LEAST <= SIZE) {
				uint32_t head = hash(plain + at);

				previous[at] = heads[head];
				heads[head] = (int16_t)at;
			}
			at++;
		}
	}
	return out;
}

static void unpack(void)
{
	int in = 0, out = 0;

	while (out < SIZE) {
		int flags = packed[in++];

		for (int item = 0; item < 8 && out < SIZE; item++, flags >>= 1) {
			if (flags & 1) {
				int distance = packed[in] << 4 | packed[in + 1] >> 4, length = (packed[in + 1] & 15) + LEAST;

				in += 2;
				while (length-- > 0)
					unpacked[out] = unpacked[out - distance], out++;
			} else {
				unpacked[out++] = packed[in++];
			}
		}
	}
}

uint32_t work_compress(uint32_t rounds)
{
	uint32_t sum = 0, random = 77;

	while (rounds-- > 0) {
		int size;

		write_plain(&random);
		size = pack();
		unpack();
		sum = mix(sum, (uint32_t)size);
		for (int i = 0; i < SIZE; i++) {
			if (plain[i] != unpacked[i])
				return 0;
			if (i % 16 == 0)
				sum = mix(sum, unpacked[i]);
		}
	}
	return sum;
}
