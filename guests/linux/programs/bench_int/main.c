/*
 * bench_int: integers and branches. Sieve, CRC-32, hash table, quicksort, records and strings; each round is the same work.
 * usage: bench_int [-n ROUNDS | -t SECONDS]; the checksum depends on the number of rounds only.
 */
#include <stdio.h>
#include "../common/arguments.h"
#include "bench_int.h"

static uint32_t values[SORT_SIZE];
static unsigned random_state = 0x12345678;

static int sort_random_values(void)
{
	for (int i = 0; i < SORT_SIZE; i++)
		values[i] = next_random(&random_state);
	quicksort(values, 0, SORT_SIZE - 1);
	for (int i = 1; i < SORT_SIZE; i++)
		if (values[i - 1] > values[i])
			return 0;
	return 1;
}

int main(int count, char **arguments)
{
	unsigned most = option(count, arguments, "-n", 0);
	double limit = option(count, arguments, "-t", 10);
	double start = seconds(), elapsed = 0;
	uint32_t sum = 0;
	unsigned rounds = 0, ms;

	crc_prepare();
	do {
		sum = crc(&sum, sizeof sum, sum) + sieve();
		sum = crc(sieve_flags, SIEVE_SIZE, sum);
		sum ^= hash_table(8192, &random_state);
		if (!sort_random_values()) {
			puts("SORT-BAD");
			return 1;
		}
		sum = crc(values, sizeof values, sum);
		sum += records(2000);
		rounds++;
		elapsed = seconds() - start;
	} while (most ? rounds < most : elapsed < limit);

	ms = elapsed * 1000;
	printf("bench_int rounds=%u ms=%u rounds_per_s_x1000=%u checksum=%08x\n",
	       rounds, ms, ms ? (unsigned)((uint64_t)rounds * 1000000 / ms) : 0, sum);
	return 0;
}
