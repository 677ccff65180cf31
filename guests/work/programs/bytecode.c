#include "work.h"

/* A stack machine. Its program counts the steps of the Collatz sequence of every number below a limit. */
enum { PUSH, LOAD, STORE, ADD, MULTIPLY, HALVE, ODD, LESS, JUMP, JUMP_IF_ZERO, INCREMENT, STOP };

enum { N, LIMIT, X, STEPS };

static const uint8_t program[] = {
	/*  0 */ PUSH, 1, STORE, N,
	/*  4 */ LOAD, N, LOAD, LIMIT, LESS, JUMP_IF_ZERO, 52,
	/* 11 */ LOAD, N, STORE, X,
	/* 15 */ PUSH, 1, LOAD, X, LESS, JUMP_IF_ZERO, 48,
	/* 22 */ INCREMENT, STEPS, LOAD, X, ODD, JUMP_IF_ZERO, 41,
	/* 29 */ LOAD, X, PUSH, 3, MULTIPLY, PUSH, 1, ADD, STORE, X, JUMP, 15,
	/* 41 */ LOAD, X, HALVE, STORE, X, JUMP, 15,
	/* 48 */ INCREMENT, N, JUMP, 4,
	/* 52 */ STOP,
};

static uint32_t variables[4];

static uint32_t execute(const uint8_t *code)
{
	static const void *const labels[] = {
		&&push, &&load, &&store, &&add, &&multiply, &&halve, &&odd, &&less, &&jump, &&jump_if_zero, &&increment, &&stop,
	};
	uint32_t stack[16], *top = stack;
	const uint8_t *at = code;

#define NEXT goto *labels[*at++]
	NEXT;
push:
	*top++ = *at++;
	NEXT;
load:
	*top++ = variables[*at++];
	NEXT;
store:
	variables[*at++] = *--top;
	NEXT;
add:
	top--;
	top[-1] += *top;
	NEXT;
multiply:
	top--;
	top[-1] *= *top;
	NEXT;
halve:
	top[-1] >>= 1;
	NEXT;
odd:
	top[-1] &= 1;
	NEXT;
less:
	top--;
	top[-1] = top[-1] < *top;
	NEXT;
jump:
	at = code + *at;
	NEXT;
jump_if_zero:
	at = *--top ? at + 1 : code + *at;
	NEXT;
increment:
	variables[*at++]++;
	NEXT;
stop:
	return variables[STEPS];
#undef NEXT
}

uint32_t work_bytecode(uint32_t rounds)
{
	uint32_t sum = 0;

	while (rounds-- > 0) {
		variables[STEPS] = 0;
		variables[LIMIT] = 200 + sum % 16;
		sum = mix(sum, execute(program));
	}
	return sum;
}
