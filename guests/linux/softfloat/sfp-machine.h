/*
 * What glibc's soft-fp asks of a machine, for a 32-bit big-endian PowerPC without a floating point unit:
 * IEEE single and double, rounding to nearest, no exceptions reported.
 */
#define _FP_W_TYPE_SIZE 32
#define _FP_W_TYPE unsigned long
#define _FP_WS_TYPE signed long
#define _FP_I_TYPE long

#define _FP_MUL_MEAT_S(R, X, Y) _FP_MUL_MEAT_1_wide(_FP_WFRACBITS_S, R, X, Y, umul_ppmm)
#define _FP_MUL_MEAT_D(R, X, Y) _FP_MUL_MEAT_2_wide(_FP_WFRACBITS_D, R, X, Y, umul_ppmm)
#define _FP_DIV_MEAT_S(R, X, Y) _FP_DIV_MEAT_1_loop(S, R, X, Y)
#define _FP_DIV_MEAT_D(R, X, Y) _FP_DIV_MEAT_2_udiv(D, R, X, Y)

#define _FP_NANFRAC_S ((_FP_QNANBIT_S << 1) - 1)
#define _FP_NANFRAC_D ((_FP_QNANBIT_D << 1) - 1), -1
#define _FP_NANSIGN_S 0
#define _FP_NANSIGN_D 0
#define _FP_KEEPNANFRACP 1
#define _FP_QNANNEGATEDP 0
#define _FP_CHOOSENAN(fs, wc, R, X, Y, OP)	\
	do {					\
		R##_s = X##_s;			\
		_FP_FRAC_COPY_##wc(R, X);	\
		R##_c = FP_CLS_NAN;		\
	} while (0)
#define _FP_TININESS_AFTER_ROUNDING 0

#define __LITTLE_ENDIAN 1234
#define __BIG_ENDIAN 4321
#define __BYTE_ORDER __BIG_ENDIAN

typedef int __gcc_CMPtype __attribute__((mode(__libgcc_cmp_return__)));
#define CMPtype __gcc_CMPtype
#define strong_alias(name, aliasname) extern __typeof(name) aliasname __attribute__((alias(#name)));
