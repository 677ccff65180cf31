# libgcc405.a: what the compiler calls for floating point and 64-bit arithmetic, and the compiler command for guest programs.
# Debian's libgcc for this target assumes a floating point unit, so those helpers come from glibc's soft-fp; its integer ones serve.
mkdir -p "$WORK/softfloat/stdlib"
cd "$WORK/softfloat"
cp "$SRC"/glibc/soft-fp/* .
cp "$SRC/glibc/stdlib/longlong.h" .
cp "$SRC/glibc/stdlib/longlong.h" stdlib/
cp "$HERE/softfloat/sfp-machine.h" .

helpers="adddf3 subdf3 muldf3 divdf3 negdf2 eqdf2 gedf2 ledf2 unorddf2
	addsf3 subsf3 mulsf3 divsf3 negsf2 eqsf2 gesf2 lesf2 unordsf2 extendsfdf2 truncdfsf2
	fixdfsi fixdfdi fixunsdfsi fixunsdfdi fixsfsi fixsfdi fixunssfsi fixunssfdi
	floatsidf floatdidf floatunsidf floatundidf floatsisf floatdisf floatunsisf floatundisf"
for helper in $helpers; do
	echo "$helper"
done | xargs -P "$JOBS" -I{} ${CROSS}gcc $CPU_FLAGS -Os -ffunction-sections -I. -isystem "$SYSROOT/include" -c {}.c -o {}.o

${CROSS}ar x "$(${CROSS}gcc -print-libgcc-file-name)" _udivdi3.o _umoddi3.o _divdi3.o _moddi3.o _udivmoddi4.o _divmoddi4.o \
	_ashldi3.o _ashrdi3.o _lshrdi3.o _cmpdi2.o _ucmpdi2.o _clz.o _clzsi2.o _clzdi2.o _ctzsi2.o _ctzdi2.o _ffsdi2.o _ffssi2.o \
	_popcountsi2.o _popcountdi2.o _popcount_tab.o _bswapsi2.o _bswapdi2.o _muldi3.o _negdi2.o _paritysi2.o \
	crtsavgpr.o crtresgpr.o crtresxgpr.o
${CROSS}ar rcs "$SYSROOT/lib/libgcc405.a" ./*.o

cat > "$GUEST_CC" <<END
#!/bin/bash
flags="$CPU_FLAGS -fno-stack-protector -nostdinc -isystem $SYSROOT/include -isystem $(${CROSS}gcc -print-file-name=include)"
for argument in "\$@"; do
	case "\$argument" in
		-c|-S|-E|-M|-MM|-r|-print*|--version|-v|-dumpversion|-dumpmachine) exec ${CROSS}gcc \$flags "\$@" ;;
	esac
done
exec ${CROSS}gcc \$flags -no-pie -static -nostdlib -L$SYSROOT/lib $SYSROOT/lib/crt1.o $SYSROOT/lib/crti.o "\$@" \\
	-Wl,--start-group -lc -lgcc405 -Wl,--end-group $SYSROOT/lib/crtn.o
END
chmod +x "$GUEST_CC"
