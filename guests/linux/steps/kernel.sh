# The kernel and its image in the boot wrapper.
kernel_make -j"$JOBS" zImage
boot=$WORK/kernel/arch/powerpc/boot
cp "$boot/dtbImage.ref405ep" "$IMAGES/ref405ep.elf"
cp "$boot/dts/ref405ep.dtb" "$IMAGES/"
cp "$WORK/kernel/vmlinux" "$WORK/kernel/System.map" "$IMAGES/"
cp "$WORK/kernel/.config" "$IMAGES/kernel.config"
