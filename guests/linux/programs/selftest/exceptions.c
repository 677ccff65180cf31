/* What must end in a signal, and code that changes. */
#include <sys/mman.h>
#include "selftest.h"

#define PAGE 4096
#define LI_R3 0x38600000
#define BLR 0x4e800020

typedef int function(void);

static void *new_page(int protection)
{
	return mmap(NULL, PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void test_instructions(void)
{
	uint32_t value;

	check("SIGILL on .long 0", SIGNAL_OF(asm volatile(".long 0")) == SIGILL);
	check("SIGILL on privileged mtmsr", SIGNAL_OF(asm volatile("mtmsr %0" : : "r"(0))) == SIGILL);
	check("SIGILL on user mfdcr", SIGNAL_OF(asm volatile("mfdcr %0,0xc0" : "=r"(value))) == SIGILL);
	check("SIGTRAP on trap", SIGNAL_OF(asm volatile("twi 31,0,0")) == SIGTRAP);
}

/* The addresses are numbers that the compiler must not reason about. */
static uint32_t volatile *at(uint32_t address)
{
	asm volatile("" : "+r"(address));
	return (uint32_t volatile *)address;
}

void test_exceptions(void)
{
	uint8_t volatile *constant = new_page(PROT_READ);
	uint32_t volatile *data = new_page(PROT_READ | PROT_WRITE);
	int signal;

	signal = SIGNAL_OF(*at(0x10) = 1);
	check("SIGSEGV store to 0x10", signal == SIGSEGV && caught_address == (void *)0x10);
	signal = SIGNAL_OF((void)*at(0xC0000000));
	check("SIGSEGV read kernel page", signal == SIGSEGV && caught_address == (void *)0xC0000000);
	test_instructions();
	check("SIGSEGV write to read-only page", SIGNAL_OF(*constant = 1) == SIGSEGV);
	data[0] = BLR;
	check("SIGSEGV exec of no-exec page", SIGNAL_OF(((function *)data)()) == SIGSEGV);
}

void test_changing_code(void)
{
	uint32_t *code = new_page(PROT_READ | PROT_WRITE | PROT_EXEC);
	int ok = 1;

	for (int i = 0; i < 200; i++) {
		code[0] = LI_R3 | i;
		code[1] = BLR;
		asm volatile("dcbst 0,%0; sync; icbi 0,%0; sync; isync" : : "b"(code) : "memory");
		ok &= ((function *)code)() == i;
	}
	check("self-modifying code", ok);
	mprotect(code, PAGE, PROT_NONE);
	check("SIGSEGV after mprotect none", SIGNAL_OF(((function *)code)()) == SIGSEGV);
}
