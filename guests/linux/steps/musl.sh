# The C library: small, static, and able to do without a floating point unit.
cd "$SRC/musl"
CC=${CROSS}gcc CFLAGS="$CPU_FLAGS -Os" LIBCC=" " CROSS_COMPILE=$CROSS \
	./configure --prefix="$SYSROOT" --target=powerpc-linux-musl --disable-shared
make -j"$JOBS"
make install
