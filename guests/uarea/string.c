/* What the compiler calls to clear and copy structures */
#include "kernel.h"

void *memset(void *to, int value, u32 length);
void *memcpy(void *to, const void *from, u32 length);

void *memset(void *to, int value, u32 length)
{
	for (u32 n = 0; n < length; n++)
		((u8 *)to)[n] = value;
	return to;
}

void *memcpy(void *to, const void *from, u32 length)
{
	for (u32 n = 0; n < length; n++)
		((u8 *)to)[n] = ((const u8 *)from)[n];
	return to;
}
