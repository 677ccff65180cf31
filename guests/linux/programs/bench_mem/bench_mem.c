/*
 * bench_mem: streams over arrays of 32-bit words (copy, scale, add, triad, memcpy, memset) and a walk along a random cycle.
 * usage: bench_mem [-n ROUNDS | -t SECONDS] [-s KIB]     KIB is the size of each of the four arrays
 *
 * With the 4096 KiB of the default the arrays are 16 MiB, far more than the 64 entries of the TLB reach with 4 KiB pages; with -s 32
 * they are 32 pages, which fit. Every round moves the same number of bytes: smaller arrays are swept more often.
 */
#include <stdint.h>
#include <stdio.h>
#include "../common/arguments.h"

#define WORDS_PER_ROUND (1u << 20)
#define STEPS_PER_ROUND (1u << 20)
#define MIB_PER_ROUND 52	/* copy 8, scale 8, add 12, triad 12, memcpy 8, memset 4 */

static unsigned words;
static uint32_t *a, *b, *c, *next;

static __attribute__((noinline)) void copy(void)
{
	uint32_t *from = a, *to = c;

	for (unsigned i = 0, n = words; i < n; i++)
		to[i] = from[i];
}

static __attribute__((noinline)) void scale(void)
{
	uint32_t *from = c, *to = b;

	for (unsigned i = 0, n = words; i < n; i++)
		to[i] = 3 * from[i];
}

static __attribute__((noinline)) void add(void)
{
	uint32_t *x = a, *y = b, *to = c;

	for (unsigned i = 0, n = words; i < n; i++)
		to[i] = x[i] + y[i];
}

static __attribute__((noinline)) void triad(void)
{
	uint32_t *x = b, *y = c, *to = a;

	for (unsigned i = 0, n = words; i < n; i++)
		to[i] = x[i] + 5 * y[i];
}

static __attribute__((noinline)) uint32_t walk(uint32_t place, unsigned steps)
{
	while (steps--)
		place = next[place];
	return place;
}

/* One cycle through all words in random order (the algorithm of S. Sattolo). */
static void fill(void)
{
	unsigned random_state = 0x9E3779B9;

	for (unsigned i = 0; i < words; i++) {
		a[i] = i;
		b[i] = 2 * i;
		c[i] = 0;
		next[i] = i;
	}
	for (unsigned i = words - 1; i > 0; i--) {
		unsigned j = next_random(&random_state) % i;
		uint32_t other = next[i];

		next[i] = next[j];
		next[j] = other;
	}
}

static void sweep(unsigned round)
{
	copy();
	scale();
	add();
	triad();
	memcpy(b, a, words * 4);
	memset(c, round, words * 4);
}

int main(int count, char **arguments)
{
	unsigned most = option(count, arguments, "-n", 0);
	double limit = option(count, arguments, "-t", 10);
	double start, elapsed, walking = 0;
	unsigned rounds = 0, ms, walking_ms, streaming_ms;
	uint32_t place = 0, sum = 0;

	words = option(count, arguments, "-s", 4096) * 256;
	a = malloc(words * 4);
	b = malloc(words * 4);
	c = malloc(words * 4);
	next = malloc(words * 4);
	if (!a || !b || !c || !next) {
		puts("NO-MEMORY");
		return 1;
	}
	fill();

	start = seconds();
	do {
		double before;

		for (unsigned i = 0; i < WORDS_PER_ROUND / words; i++)
			sweep(rounds);
		before = seconds();
		place = walk(place, STEPS_PER_ROUND);
		walking += seconds() - before;
		sum = sum * 31 + a[place] + b[words - 1 - place] + place;
		rounds++;
		elapsed = seconds() - start;
	} while (most ? rounds < most : elapsed < limit);

	ms = elapsed * 1000;
	walking_ms = walking * 1000;
	streaming_ms = ms - walking_ms;
	printf("bench_mem rounds=%u ms=%u rounds_per_s_x1000=%u stream_MiB_s=%u chase_ms=%u chase_kload_s=%u checksum=%08x\n",
	       rounds, ms, ms ? (unsigned)((uint64_t)rounds * 1000000 / ms) : 0,
	       streaming_ms ? (unsigned)((uint64_t)rounds * MIB_PER_ROUND * 1000 / streaming_ms) : 0, walking_ms,
	       walking_ms ? (unsigned)(((uint64_t)rounds << 20) / walking_ms) : 0, sum);
	return 0;
}
