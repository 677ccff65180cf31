/* The parts of bench_int. Each is a function that the compiler cannot merge into another. */
#include <stdint.h>

#define SIEVE_SIZE 32768
#define SORT_SIZE 4096

extern uint8_t sieve_flags[SIEVE_SIZE];

void crc_prepare(void);
uint32_t crc(const void *bytes, unsigned length, uint32_t seed);
uint32_t sieve(void);
uint32_t hash_table(unsigned operations, unsigned *random);
void quicksort(uint32_t *values, int left, int right);
uint32_t records(unsigned rounds);
