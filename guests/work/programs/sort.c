#include "work.h"

#define COUNT 4096

static uint32_t values[COUNT];

static void quicksort(int low, int high)
{
	while (low < high) {
		uint32_t pivot = values[(low + high) / 2];
		int i = low, j = high;

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
		quicksort(low, j);
		low = i;
	}
}

static void sink(int root, int count)
{
	uint32_t value = values[root];
	int child;

	while ((child = 2 * root + 1) < count) {
		if (child + 1 < count && values[child + 1] > values[child])
			child++;
		if (values[child] <= value)
			break;
		values[root] = values[child];
		root = child;
	}
	values[root] = value;
}

static void heapsort(void)
{
	for (int root = COUNT / 2; root-- > 0;)
		sink(root, COUNT);
	for (int last = COUNT; --last > 0;) {
		uint32_t largest = values[0];

		values[0] = values[last];
		values[last] = largest;
		sink(0, last);
	}
}

uint32_t work_sort(uint32_t rounds)
{
	uint32_t sum = 0, random = 405;

	while (rounds-- > 0) {
		for (int i = 0; i < COUNT; i++)
			values[i] = next_random(&random);
		quicksort(0, COUNT - 1);
		for (int i = 0; i < COUNT; i += 64)
			sum = mix(sum, values[i]);
		for (int i = 0; i < COUNT; i++)
			values[i] = next_random(&random);
		heapsort();
		for (int i = 0; i < COUNT; i++)
			sum = mix(sum, values[i]);
	}
	return sum;
}
