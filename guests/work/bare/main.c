/*
 * The bare-metal image for the Ref405ep: runs one program in as many rounds as the command line says ("work=NAME count=N"), prints its checksum, and resets
 * the machine. Without work=, it runs all of them.
 */
#include <stddef.h>
#include "../programs/work.h"
#include "machine.h"
#include "tasks.h"

#define UART 0xef600300u
#define LINE_STATUS 5
#define TRANSMITTER_EMPTY 0x20

static void put(char letter)
{
	volatile uint8_t *uart = (volatile uint8_t *)UART;

	while (!(uart[LINE_STATUS] & TRANSMITTER_EMPTY))
		;
	*uart = (uint8_t)letter;
}

static void print(const char *text)
{
	for (; *text; text++)
		put(*text);
}

static void print_number(uint32_t value, uint32_t base)
{
	char digits[11], *at = digits + sizeof digits;

	*--at = 0;
	do
		*--at = "0123456789abcdef"[value % base];
	while ((value /= base) || (base == 16 && at > digits + 2));
	print(at);
}

/* What gcc calls by itself. */
void *memcpy(void *to, const void *from, size_t size)
{
	uint8_t *out = to;

	for (const uint8_t *in = from; size-- > 0;)
		*out++ = *in++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	for (uint8_t *out = to; size-- > 0;)
		*out++ = (uint8_t)value;
	return to;
}

/* Finds a word of the command line that begins with the key; gives what follows it. */
static const char *find(const char *line, const char *end, const char *key)
{
	for (; line < end; line++) {
		const char *at = line, *letter = key;

		while (*letter && at < end && *at == *letter)
			at++, letter++;
		if (!*letter)
			return at;
	}
	return NULL;
}

static int is_name(const char *name, const char *text, const char *end)
{
	while (*name && text < end && *text == *name)
		name++, text++;
	return !*name && (text == end || *text == ' ' || *text == 0);
}

static void run(const struct work *work, uint32_t rounds)
{
	uint32_t sum = work->run(rounds);

	print("work ");
	print(work->name);
	print(" rounds=");
	print_number(rounds, 10);
	print(" checksum=");
	print_number(sum, 16);
	print("\r\n");
}

void main(const char *line, const char *end)
{
	static const struct work *const lists[] = { common_work, task_work };
	const char *name = find(line, end, "work="), *count = find(line, end, "count=");
	uint32_t rounds = 0;
	int found = 0;

	while (count && count < end && *count >= '0' && *count <= '9')
		rounds = rounds * 10 + (uint32_t)(*count++ - '0');
	if (rounds == 0)
		rounds = 1;
	for (int i = 0; i < 2; i++)
		for (const struct work *work = lists[i]; work->name; work++)
			if (!name || is_name(work->name, name, end))
				run(work, rounds), found = 1;
	if (!found)
		print("there is no such program\r\n");
	print("work done\r\n");
	while (!(((volatile uint8_t *)UART)[LINE_STATUS] & 0x40))
		;
	reset();
}
