#include "work.h"

enum colour { RED, GREEN, BLUE };

struct record {
	struct record *next;
	enum colour colour;
	int number;
	char name[32];
};

static struct record records[3];
static int table[50][50];
static int global_number;
static char global_letter;

static __attribute__((noinline)) int compare(const char *left, const char *right)
{
	while (*left && *left == *right)
		left++, right++;
	return *left - *right;
}

static __attribute__((noinline)) enum colour next_colour(enum colour colour, int number)
{
	switch (colour) {
	case RED: return number > 100 ? RED : BLUE;
	case GREEN: return GREEN;
	default: return number & 1 ? GREEN : RED;
	}
}

static __attribute__((noinline)) void copy(struct record *record)
{
	struct record *next = record->next;

	*next = *record;
	next->number = record->number + 5;
	next->next = record->next;
	next->colour = next_colour(record->colour, next->number);
	global_number = 10 + next->number;
}

static __attribute__((noinline)) void fill(int row, int value)
{
	int at = row + 5;

	table[at][at] = value;
	for (int i = at; i <= at + 1; i++)
		table[at][i] += at;
	table[at][at - 1]++;
	table[at + 20][at] = table[at][at];
	global_number += 5;
}

static __attribute__((noinline)) void name(char *to, const char *text, int number)
{
	while (*text)
		*to++ = *text++;
	*to++ = '0' + number % 10;
	*to = 0;
}

uint32_t work_records(uint32_t rounds)
{
	uint32_t sum = 0;

	records[0] = (struct record) { &records[1], RED, 40, "SOME STRING OF A RECORD" };
	for (uint32_t round = 0; round < rounds; round++) {
		for (int i = 0; i < 1000; i++) {
			char first[32], second[32];

			name(first, "ONE OF TWO STRINGS, WITH ", i);
			name(second, "ONE OF TWO STRINGS, WITH ", i / 3);
			global_letter = compare(first, second) > 0 ? 'A' : 'B';
			records[0].number = (int)(round + i) % 200;
			copy(&records[0]);
			fill(i % 20, records[1].number);
			records[0].colour = (enum colour)((records[0].colour + (global_letter == 'A')) % 3);
			sum = mix(sum, global_number * global_letter + records[1].colour);
		}
		sum = mix(sum, table[10][10] + table[30][10]);
	}
	return sum;
}
