/* Text and numbers for the console */
#include "kernel.h"
#include "format.h"

void print(const char *text)
{
	console_write(text, length_of(text));
}

void print_number(u32 value)
{
	char digits[12];

	print(decimal(digits + sizeof digits, value));
}

void print_hex(u32 value)
{
	char digits[12];

	print(hexadecimal(digits + sizeof digits, value));
}

/* One line of the report, the numbers in one column */
void print_count(const char *what, u32 value)
{
	print("  ");
	print(what);
	for (u32 n = length_of(what); n < 26; n++)
		print(" ");
	print_number(value);
	print("\n");
}
