/*
 * selftest: user-mode checks of what an emulator can get wrong in the processor and in the kernel's use of it.
 * Prints "ok NAME" or "FAIL NAME" for each; the exit status is the number of failures.
 */
#include "selftest.h"

static int tests, failures, mac_failures;

sigjmp_buf after_signal;
volatile int caught_signal;
void *volatile caught_address;

static void print(const char *name, int ok)
{
	printf("%s %s\n", ok ? "ok" : "FAIL", name);
	fflush(stdout);
}

void check(const char *name, int ok)
{
	tests++;
	failures += !ok;
	print(name, ok);
}

void check_mac(const char *name, int ok)
{
	mac_failures += !ok;
	print(name, ok);
}

static void on_signal(int number, siginfo_t *information, void *context)
{
	caught_signal = number;
	caught_address = information->si_addr;
	siglongjmp(after_signal, 1);
}

static void catch_signals(void)
{
	static const int signals[] = { SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGFPE };
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER };

	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}

int main(void)
{
	catch_signals();
	test_arithmetic();
	test_condition_register();
	test_mac();
	test_memory();
	test_reservation();
	test_timebase();
	test_exceptions();
	test_changing_code();
	test_processes();
	test_threads();
	test_timer();
	test_many_pages();
	test_soft_float();
	printf("SELFTEST %d tests, %d failed; MAC group %d failed\n", tests, failures, mac_failures);
	return failures;
}
