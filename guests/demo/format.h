/* Numbers as text, for the kernel and for the tasks, who share no code. */
#ifndef FORMAT_H
#define FORMAT_H

static inline unsigned int length_of(const char *text)
{
	unsigned int length = 0;

	while (text[length])
		length++;
	return length;
}

/* Writes digits that end at `end`, with a terminator; returns where they begin. */
static inline char *decimal(char *end, unsigned int value)
{
	*--end = 0;
	do {
		*--end = '0' + value % 10;
		value /= 10;
	} while (value);
	return end;
}

static inline char *hexadecimal(char *end, unsigned int value)
{
	*--end = 0;
	for (int n = 0; n < 8; n++, value >>= 4)
		*--end = "0123456789abcdef"[value & 15];
	*--end = 'x';
	*--end = '0';
	return end;
}

#endif
