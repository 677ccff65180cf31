/* fptest: compiled with floating point instructions, which the kernel emulates (MATH_EMULATION_FULL). */
#include <math.h>
#include <stdio.h>

int main(void)
{
	volatile double a = 2, b = 3;
	double sum = 0;

	for (int i = 1; i < 200; i++)
		sum += a / i * b;
	printf("FPTEST %.12f %.6f %.12f %d\n", sum, (float)sum, sqrt(a), (int)sum);
	return !(sum > 35.2 && sum < 35.3);
}
