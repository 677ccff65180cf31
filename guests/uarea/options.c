/* The command line: words NAME=VALUE */
#include "kernel.h"

struct options options = { .entry = ENTRY_REAL_MODE, .uarea = UAREA_DIRECT, .upages = 2, .fast_softints = 1 };

static const struct choice {
	const char *text;
	u32 *option, value;
} choices[] = {
	{ "entry=real-mode", &options.entry, ENTRY_REAL_MODE },
	{ "entry=mmu-first", &options.entry, ENTRY_MMU_FIRST },
	{ "entry=mmu-first-saved", &options.entry, ENTRY_MMU_FIRST_SAVED },
	{ "entry=wired-stack", &options.entry, ENTRY_WIRED_STACK },
	{ "entry=touched", &options.entry, ENTRY_TOUCHED },
	{ "uarea=direct", &options.uarea, UAREA_DIRECT },
	{ "uarea=kva", &options.uarea, UAREA_KVA },
	{ "uarea=natural", &options.uarea, UAREA_NATURAL },
	{ "upages=1", &options.upages, 1 },
	{ "upages=2", &options.upages, 2 },
	{ "fast=on", &options.fast_softints, 1 },
	{ "fast=off", &options.fast_softints, 0 },
};

static int is_word(const char *choice, const char *word, u32 length)
{
	for (u32 n = 0; n < length; n++)
		if (choice[n] != word[n])
			return 0;
	return !choice[length];
}

static void read_word(const char *word, u32 length)
{
	for (u32 n = 0; n < sizeof choices / sizeof choices[0]; n++)
		if (is_word(choices[n].text, word, length)) {
			*choices[n].option = choices[n].value;
			return;
		}
	print("options:");
	for (u32 n = 0; n < sizeof choices / sizeof choices[0]; n++) {
		print(" ");
		print(choices[n].text);
	}
	print("\nnot an option: ");
	console_write(word, length);
	print("\n");
	panic("bad command line", 0);
}

void read_options(const char *text, const char *end)
{
	while (text < end) {
		u32 length = 0;

		while (text + length < end && text[length] != ' ')
			length++;
		if (length)
			read_word(text, length);
		text += length + 1;
	}
}
