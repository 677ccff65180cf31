/* What the parts of selftest share. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints "ok NAME" or "FAIL NAME" and counts. */
void check(const char *name, int ok);

/* The same for the multiply-accumulate unit and dlmzb, which are counted apart: emulators often lack them. */
void check_mac(const char *name, int ok);

extern sigjmp_buf after_signal;
extern volatile int caught_signal;
extern void *volatile caught_address;

/* Executes statements and gives the signal that they raised, or 0. */
#define SIGNAL_OF(statements) ({			\
	caught_signal = 0;				\
	if (!sigsetjmp(after_signal, 1)) {		\
		statements;				\
	}						\
	caught_signal;					\
})

void test_arithmetic(void);
void test_condition_register(void);
void test_mac(void);
void test_memory(void);
void test_reservation(void);
void test_timebase(void);
void test_exceptions(void);
void test_changing_code(void);
void test_processes(void);
void test_threads(void);
void test_timer(void);
void test_many_pages(void);
void test_soft_float(void);
