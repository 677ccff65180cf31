#include "work.h"

#define SIZE 40

static int32_t left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

uint32_t work_matrix(uint32_t rounds)
{
	uint32_t sum = 0, random = 7;

	while (rounds-- > 0) {
		for (int i = 0; i < SIZE; i++) {
			for (int j = 0; j < SIZE; j++) {
				left[i][j] = (int32_t)next_random(&random) >> 16;
				right[i][j] = (int32_t)next_random(&random) >> 16;
			}
		}
		for (int i = 0; i < SIZE; i++) {
			for (int j = 0; j < SIZE; j++) {
				uint32_t total = 0;

				for (int k = 0; k < SIZE; k++)
					total += (uint32_t)(left[i][k] * right[k][j]);
				product[i][j] = (int32_t)total;
			}
		}
		for (int i = 0; i < SIZE; i++)
			sum = mix(sum, (uint32_t)product[i][(i * 7) % SIZE]);
	}
	return sum;
}
