#!/bin/sh
# Builds the guest programs demo/demo.elf, corpus/corpus.elf, races/races.elf, stress/stress.elf, network/network.elf, firmware/firmware.elf and uarea/uarea.elf, which are embedded in the emulator or run by tests, and for each
# a NAME.debug with its symbols and source lines for debuggers. The build is reproducible: with the same compiler it gives the same bytes.
#
#   build.sh           rebuilds them
#   build.sh --check   builds elsewhere and fails when a result is not the committed file, byte for byte
#
# Exit code 2 says that the compiler is missing or, with --check, another version than the one that built the committed files.
set -eu

cd "$(dirname "$0")"
compiler=${CROSS_COMPILE:-powerpc-linux-gnu-}gcc
if ! command -v "$compiler" > /dev/null; then
	echo "build.sh: $compiler is missing; on Debian: apt-get install gcc-powerpc-linux-gnu" >&2
	exit 2
fi
if [ "${1:-}" = --check ] && [ "$("$compiler" -dumpfullversion)" != "$(cat demo/compiler-version)" ]; then
	echo "build.sh: the guests were built with gcc $(cat demo/compiler-version), and this is gcc $("$compiler" -dumpfullversion): nothing to compare" >&2
	exit 2
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# build GUEST SOURCE...: compiles and links GUEST/GUEST.elf from its sources and linker script
build() {
	guest=$1
	shift
	cd "$guest"

	# No multiply-accumulate and dlmzb instructions, so that other emulators, which get them wrong, can be compared; nothing that names the build directory
	flags="-mcpu=405 -msoft-float -mno-mulhw -mno-dlmzb -std=gnu17 -O2 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-pie -fno-common
		-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -msdata=none -ffile-prefix-map=$(pwd)=.
		-g -gdwarf-4 -gno-record-gcc-switches -DGUEST_$guest
		-I../demo"
	objects=
	for source in "$@"; do
		object=$(basename "$source")
		object=$out/${object%.*}.o
		# shellcheck disable=SC2086 # the flags are words
		"$compiler" $flags -c "$source" -o "$object"
		objects="$objects $object"
	done
	for strip in --strip-debug -g; do
		# shellcheck disable=SC2086
		"$compiler" -nostdlib -no-pie -static -T "$guest.ld" -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments \
			-Wl,$strip -o "$out/$guest$strip" $objects
	done
	mv "$out/$guest--strip-debug" "$out/$guest.elf"
	"${compiler%gcc}objcopy" --only-keep-debug --compress-debug-sections=zlib "$out/$guest-g" "$out/$guest.debug"
	for result in "$guest.elf" "$guest.debug"; do
		if [ "$check" = yes ]; then
			cmp "$out/$result" "$result"
			echo "$result is what its source builds."
		else
			cp "$out/$result" "$result"
			chmod 644 "$result"
		fi
	done
	cd ..
}

check=no
[ "${1:-}" = --check ] && check=yes
build demo start.S vectors.S main.c exceptions.c memory.c tasks.c console.c print.c user.c
build stress start.S main.c
build corpus start.S kernel.c memory.c arithmetic.c interrupts.c mmu.c devices.c
build races start.S kernel.c parts.c
build network start.S main.c emac.c protocols.c console.c
build firmware reset.S boot.c vectors.S main.c flash.c tftp.c console.c ../network/emac.c
build uarea start.S vectors.S tlb_miss.S trap_entry.S interrupt.S switch.S main.c options.c page.c kva.c tlb.c uarea.c lwp.c softint.c intr.c trap.c proc.c \
	syscall.c cache.c net.c console.c string.c user.c ../demo/print.c
[ "$check" = yes ] || "$compiler" -dumpfullversion > demo/compiler-version
