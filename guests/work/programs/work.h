/*
 * Programs that resemble real use. Each does the same work in each of its rounds and gives a checksum of all results, which depends on the number of rounds
 * only: plain C on 32-bit integers, so that every compiler and every right machine computes the same.
 */
#ifndef WORK_H
#define WORK_H

#include <stddef.h>
#include <stdint.h>

struct work {
	const char *name;
	uint32_t (*run)(uint32_t rounds);
};

/* The programs that need nothing but memory; a null name ends the list. */
extern const struct work common_work[];

uint32_t work_sort(uint32_t rounds);		/* quicksort and heapsort of random numbers */
uint32_t work_hash(uint32_t rounds);		/* chained hash table, CRC-32 of its content */
uint32_t work_records(uint32_t rounds);		/* records, string comparison and small functions, as Dhrystone does */
uint32_t work_matrix(uint32_t rounds);		/* product of integer matrices */
uint32_t work_filter(uint32_t rounds);		/* fixed-point filter with the 405's multiply-accumulate */
uint32_t work_bytecode(uint32_t rounds);	/* an interpreter: one indirect branch for each instruction */
uint32_t work_strings(uint32_t rounds);		/* words of a text: split, lower case, search, count */
uint32_t work_compress(uint32_t rounds);	/* LZ77 with hash chains, and back */
uint32_t work_recursion(uint32_t rounds);	/* deep and wide recursion */
uint32_t work_chase(uint32_t rounds);		/* pointers through 4 MiB: nearly every step misses the TLB */

/* The generator "xorshift32" of G. Marsaglia: the same numbers in every run. */
static inline uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Adds a value to a checksum. */
static inline uint32_t mix(uint32_t sum, uint32_t value)
{
	sum = (sum ^ value) * 0x01000193;
	return sum ^ sum >> 15;
}

#endif
