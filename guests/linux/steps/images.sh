# The images without a boot wrapper: one to enter at once, one for U-Boot.
mkdir -p "$WORK/direct"
cd "$WORK/direct"
${CROSS}objcopy -O binary "$IMAGES/vmlinux" vmlinux.bin
cpp -nostdinc -undef -x assembler-with-cpp -P "$HERE/kernel/ref405ep-direct.dts" | dtc -q -i "$HERE/kernel" -O dtb -o ref405ep-direct.dtb
${CROSS}gcc -mcpu=405 -c "$HERE/kernel/direct.S" -o direct.o
${CROSS}ld -nostdlib --no-warn-rwx-segments -T "$HERE/kernel/direct.lds" -o "$IMAGES/ref405ep-direct.elf" direct.o

gzip -n -9 -c vmlinux.bin > vmlinux.bin.gz
mkimage -A ppc -O linux -T kernel -C gzip -a 0 -e 0 -n "Linux 6.1 ref405ep" -d vmlinux.bin.gz "$IMAGES/uImage"

mv "$IMAGES"/* "$OUT/"
