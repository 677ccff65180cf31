/* Quicksort that recurses into the smaller part: calls, comparisons, swaps. */
#include "bench_int.h"

void quicksort(uint32_t *values, int left, int right)
{
	while (left < right) {
		uint32_t pivot = values[(left + right) >> 1];
		int i = left, j = right;

		while (i <= j) {
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j) {
				uint32_t other = values[i];

				values[i++] = values[j];
				values[j--] = other;
			}
		}
		if (j - left < right - i) {
			quicksort(values, left, j);
			left = i;
		} else {
			quicksort(values, i, right);
			right = j;
		}
	}
}
