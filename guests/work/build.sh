#!/bin/bash
# Builds the bare-metal guest of the benchmarks: guests/work/build.sh [FILE], by default guests/work/work.elf, which is in the repository.
# It needs powerpc-linux-gnu-gcc (Debian: gcc-powerpc-linux-gnu).
set -euo pipefail
cd "$(dirname "$0")"
powerpc-linux-gnu-gcc -mcpu=405 -msoft-float -mno-sdata -G 0 -O2 -Wall -Wextra -Werror -std=gnu11 \
	-ffreestanding -fno-pic -no-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
	-nostdlib -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -T bare/image.lds \
	bare/vectors.S bare/*.c programs/*.c -lgcc -o "${1:-work.elf}"
powerpc-linux-gnu-strip "${1:-work.elf}"
