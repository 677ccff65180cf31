/* Text on UART0, byte by byte */
#include "network.h"
#include "format.h"

#define UART	((volatile u8 *)0xef600300)
#define LSR	5
#define THRE	0x20		/* the transmitter takes a byte */

static void put(char character)
{
	while (!(UART[LSR] & THRE))
		;
	UART[0] = character;
}

void print(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
	}
}

void print_number(u32 value)
{
	char digits[12];

	print(decimal(digits + sizeof digits, value));
}

void print_bytes(const u8 *bytes, u32 count, const char *separator)
{
	for (u32 n = 0; n < count; n++) {
		char text[3] = { "0123456789abcdef"[bytes[n] >> 4], "0123456789abcdef"[bytes[n] & 15], 0 };

		if (n)
			print(separator);
		print(text);
	}
}
