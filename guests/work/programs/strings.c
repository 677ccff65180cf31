#include "work.h"

#define WORDS 512

static const char *const syllables[] = { "ker", "nel", "Page", "trap", "Al", "ign", "ed", "Store", "ca", "che" };
static char text[WORDS * 24];
static struct { char word[24]; uint32_t count; } known[256];

static __attribute__((noinline)) size_t length(const char *string)
{
	const char *end = string;

	while (*end)
		end++;
	return (size_t)(end - string);
}

static __attribute__((noinline)) int equal(const char *left, const char *right)
{
	while (*left && *left == *right)
		left++, right++;
	return *left == *right;
}

static __attribute__((noinline)) const char *search(const char *string, const char *wanted)
{
	for (; *string; string++) {
		const char *at = string, *letter = wanted;

		while (*letter && *at == *letter)
			at++, letter++;
		if (!*letter)
			return string;
	}
	return NULL;
}

static void write_text(uint32_t *random)
{
	char *to = text;

	for (int word = 0; word < WORDS; word++) {
		uint32_t choice = next_random(random);

		for (int n = 2 + choice % 2; n-- > 0; choice /= 10)
			for (const char *from = syllables[choice / 4 % 10]; *from;)
				*to++ = *from++;
		*to++ = ' ';
	}
	*to = 0;
}

static void count_word(const char *word)
{
	uint32_t slot = 0;

	for (const char *letter = word; *letter; letter++)
		slot = slot * 31 + (uint8_t)*letter;
	for (int probes = 0; probes < 256; probes++, slot++) {
		char *name = known[slot & 255].word;

		if (!*name) {
			while ((*name++ = *word++))
				;
			known[slot & 255].count = 1;
			return;
		}
		if (equal(name, word)) {
			known[slot & 255].count++;
			return;
		}
	}
}

uint32_t work_strings(uint32_t rounds)
{
	uint32_t sum = 0, random = 5;

	while (rounds-- > 0) {
		char word[24];
		int at = 0;

		for (int i = 0; i < 256; i++)
			known[i].word[0] = 0;
		write_text(&random);
		for (const char *from = text; *from; from++) {
			if (*from == ' ') {
				word[at] = 0;
				at = 0;
				count_word(word);
			} else {
				word[at++] = *from >= 'A' && *from <= 'Z' ? *from + 32 : *from;
			}
		}
		for (int i = 0; i < 256; i++)
			sum = mix(sum, known[i].word[0] ? known[i].count * 64 + (uint32_t)length(known[i].word) : 0);
		for (int i = 0; i < 10; i += 3) {
			const char *found = search(text + 4000, syllables[i]);

			sum = mix(sum, found ? (uint32_t)(found - text) : 0);
		}
	}
	return sum;
}
