# The kernel, and its images in the boot wrappers.
kernel_make -j"$JOBS" zImage
boot=$WORK/kernel/arch/powerpc/boot
for board in ref405ep walnut; do
	cp "$boot/dtbImage.$board" "$IMAGES/$board.elf"
	cp "$boot/dts/$board.dtb" "$IMAGES/"
done
cp "$WORK/kernel/vmlinux" "$WORK/kernel/System.map" "$IMAGES/"
cp "$WORK/kernel/.config" "$IMAGES/kernel.config"
