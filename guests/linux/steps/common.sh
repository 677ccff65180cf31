# Names that all steps share. Sourced by build.sh before each step.
CROSS=powerpc-linux-gnu-
SYSROOT=$WORK/sysroot      # musl, kernel headers, soft-float library
SRC=$WORK/src              # unpacked sources
ROOT=$WORK/root            # programs that go into the initramfs
IMAGES=$WORK/images        # finished files before they are moved to OUT
GUEST_CC=$WORK/ppc405-cc   # compiler for guest programs

# The 405 has no floating point unit. Debian's 128-bit long double would need a library of its own.
CPU_FLAGS="-mcpu=405 -msoft-float -mlong-double-64 -fno-pie $GUEST_CFLAGS"

# The same sources give the same bytes, so that state hashes can be compared between machines.
export KBUILD_BUILD_TIMESTAMP="2024-01-01 00:00:00 UTC" KBUILD_BUILD_USER=ppcjit KBUILD_BUILD_HOST=ppcjit KBUILD_BUILD_VERSION=1
export KCONFIG_NOTIMESTAMP=1 SOURCE_DATE_EPOCH=1704067200 LC_ALL=C

mkdir -p "$SYSROOT" "$SRC" "$ROOT" "$IMAGES"

kernel=$WORK/kernel       # where kernel_make builds
kernel_make() {
	make -s -C "$SRC/linux" O="$kernel" ARCH=powerpc CROSS_COMPILE=$CROSS KCFLAGS="$GUEST_CFLAGS" "$@"
}
