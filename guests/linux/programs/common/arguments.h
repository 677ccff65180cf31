/* What the benchmarks share: arguments and time. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Gives the value after the given option, or a default. */
static inline double option(int count, char **arguments, const char *name, double otherwise)
{
	for (int i = 1; i < count - 1; i++)
		if (!strcmp(arguments[i], name))
			return atof(arguments[i + 1]);
	return otherwise;
}

static inline double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

/* The generator "xorshift32" of G. Marsaglia: the same numbers in every run. */
static inline unsigned next_random(unsigned *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif
