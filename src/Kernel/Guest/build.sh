#!/bin/sh
# Builds the guest program that is embedded in the emulator, demo/demo.elf. The build is reproducible: with the same compiler it gives the same bytes.
#
#   build.sh           rebuilds demo/demo.elf
#   build.sh --check   builds elsewhere and fails when the result is not demo/demo.elf, byte for byte
#
# Exit code 2 says that the compiler is missing or, with --check, another version than the one that built demo/demo.elf.
set -eu

cd "$(dirname "$0")/demo"
compiler=${CROSS_COMPILE:-powerpc-linux-gnu-}gcc
if ! command -v "$compiler" > /dev/null; then
	echo "build.sh: $compiler is missing; on Debian: apt-get install gcc-powerpc-linux-gnu" >&2
	exit 2
fi
if [ "${1:-}" = --check ] && [ "$("$compiler" -dumpfullversion)" != "$(cat compiler-version)" ]; then
	echo "build.sh: demo.elf was built with gcc $(cat compiler-version), and this is gcc $("$compiler" -dumpfullversion): nothing to compare" >&2
	exit 2
fi

# No multiply-accumulate and dlmzb instructions, so that other emulators, which get them wrong, can be compared; nothing that names the build directory
flags="-mcpu=405 -msoft-float -mno-mulhw -mno-dlmzb -std=gnu17 -O2 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-pie -fno-common
	-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -msdata=none -ffile-prefix-map=$(pwd)=."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
objects=
for source in start.S vectors.S main.c exceptions.c memory.c tasks.c console.c print.c user.c; do
	object=$out/${source%.*}.o
	# shellcheck disable=SC2086 # the flags are words
	"$compiler" $flags -c "$source" -o "$object"
	objects="$objects $object"
done
# shellcheck disable=SC2086
"$compiler" -nostdlib -no-pie -static -T demo.ld -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--strip-debug -o "$out/demo.elf" $objects

if [ "${1:-}" = --check ]; then
	cmp "$out/demo.elf" demo.elf
	echo "demo.elf is what its source builds."
else
	cp "$out/demo.elf" demo.elf
	chmod 644 demo.elf
	"$compiler" -dumpfullversion > compiler-version
fi
