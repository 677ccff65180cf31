/* Integer arithmetic with carry and overflow, shifts, condition register logic. */
#include "selftest.h"

#define XER_SO 0x80000000
#define XER_OV 0x40000000
#define XER_CA 0x20000000

static void test_carry(void)
{
	uint32_t low, high, third;

	asm volatile("addc %0,%3,%4; adde %1,%5,%5; addze %2,%5"
		     : "=&r"(low), "=&r"(high), "=&r"(third) : "r"(0xffffffff), "r"(1), "r"(0) : "xer");
	check("addc/adde/addze", low == 0 && high == 1 && third == 0);

	asm volatile("subfc %0,%2,%3; subfe %1,%4,%4" : "=&r"(low), "=&r"(high) : "r"(5), "r"(3), "r"(7) : "xer");
	check("subfc/subfe", low == 0xfffffffe && high == 0xffffffff);
}

static void test_overflow(void)
{
	uint32_t result, xer;

	asm volatile("mcrxr 7; addo %0,%2,%3; mfxer %1" : "=&r"(result), "=&r"(xer) : "r"(0x7fffffff), "r"(1) : "xer", "cr7");
	check("addo XER[SO,OV]", result == 0x80000000 && (xer & XER_SO) && (xer & XER_OV));

	asm volatile("mcrxr 7; divwo %0,%2,%3; mfxer %1" : "=&r"(result), "=&r"(xer) : "r"(1), "r"(0) : "xer", "cr7");
	check("divwo by 0 sets OV", (xer & XER_OV) != 0);

	asm volatile("mcrxr 7; srawi %0,%2,4; mfxer %1" : "=&r"(result), "=&r"(xer) : "r"(0x8000000f) : "xer", "cr7");
	check("srawi CA", result == 0xf8000000 && (xer & XER_CA));
}

void test_arithmetic(void)
{
	uint32_t result;

	test_carry();
	test_overflow();

	asm volatile("slw %0,%1,%2" : "=r"(result) : "r"(1), "r"(40));
	check("slw >31", result == 0);
	asm volatile("mulhw %0,%1,%2" : "=r"(result) : "r"(0x80000000), "r"(0x7fffffff));
	check("mulhw", result == 0xc0000000);
	asm volatile("mulhwu %0,%1,%2" : "=r"(result) : "r"(0xffffffff), "r"(0xffffffff));
	check("mulhwu", result == 0xfffffffe);
	asm volatile("cntlzw %0,%1" : "=r"(result) : "r"(0));
	check("cntlzw 0", result == 32);
	asm volatile("li %0,0; rlwimi %0,%1,8,4,19" : "=&r"(result) : "r"(0x12345678));
	check("rlwimi", result == (0x34567812 & 0x0ffff000));
	asm volatile("rlwinm %0,%1,4,28,3" : "=r"(result) : "r"(0x12345678));
	check("rlwinm wrap mask", result == (0x23456781 & 0xf000000f));
}

void test_condition_register(void)
{
	uint32_t result;

	asm volatile("mtcrf 0xff,%1; crand 0,4,8; cror 31,1,2; crnor 30,3,3; mfcr %0"
		     : "=r"(result) : "r"(0xC8F00000) : "cr0", "cr1", "cr2", "cr3", "cr4", "cr5", "cr6", "cr7");
	check("mtcrf/crand/cror/crnor", result == 0xC8F00003);
}
