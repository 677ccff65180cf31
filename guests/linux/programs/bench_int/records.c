/* Work on records and strings in the manner of Dhrystone: calls, structure copies, string comparison, division. */
#include <string.h>
#include "bench_int.h"

struct record {
	struct record *next;
	int kind, sum, number;
	char text[31];
};

static struct record first, second;
static char text1[31], text2[31];

static __attribute__((noinline)) int is_greater(const char *a, const char *b)
{
	int i = 1;
	char found = 0;

	while (i <= 1) {
		if (a[i] == b[i + 1])
			break;
		found = 'A';
		i++;
	}
	if (found == 'R')
		return 1;
	return strcmp(a, b) > 0;
}

static __attribute__((noinline)) void copy_to_next(struct record *record)
{
	struct record *next = record->next;

	*next = *record;
	record->number = 5;
	next->number = record->number;
	next->next = record->next;
	if (next->kind == 0) {
		next->number = 6;
		next->sum = record->sum + 7;
	} else {
		*record = *next;
	}
}

uint32_t records(unsigned rounds)
{
	uint32_t result = 0;

	first.next = &second;
	first.kind = 0;
	first.sum = 2;
	first.number = 40;
	strcpy(first.text, "DHRYSTONE PROGRAM, SOME STRING");
	strcpy(text1, "DHRYSTONE PROGRAM, 1'ST STRING");
	for (unsigned i = 1; i <= rounds; i++) {
		int a = 2, b = 3, c = 0;
		int in_order;

		strcpy(text2, "DHRYSTONE PROGRAM, 2'ND STRING");
		in_order = !is_greater(text1, text2);
		while (a < b) {
			c = 5 * a - b;
			result += c;
			a++;
		}
		second.next = &first;
		second.kind = i & 1;
		copy_to_next(&first);
		for (char letter = 'A'; letter <= 'B' + (int)(i & 3); letter++)
			if (letter == 'C')
				result += in_order;
		b = b * a;
		a = b / (c ? c : 1);
		b = 7 * (b - c) - a;
		result = result * 33 + a + b + first.number + second.sum;
	}
	return result;
}
