# Downloads and unpacks the sources. apt gets a private copy of the machine's package sources with source packages switched on, so
# that nothing of the system changes and no root is needed.
apt=$WORK/apt
mkdir -p "$apt"/{etc,lists/partial,cache/archives/partial}
cp -r /etc/apt/. "$apt/etc/"
for list in "$apt"/etc/sources.list "$apt"/etc/sources.list.d/*; do
	case "$list" in
		*.sources) sed -i 's/^Types:.*/Types: deb deb-src/' "$list" ;;
		*.list) [ ! -f "$list" ] || sed -i 's/^deb \(.*\)/&\ndeb-src \1/' "$list" ;;
	esac
done
private_apt() {
	local command=$1
	shift
	apt-get -q -o Dir::Etc="$apt/etc" -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User="$(id -un)" \
		-o Acquire::Languages=none -o Acquire::Retries=3 "$command" "$@"
}

cd "$apt"
private_apt update
private_apt download linux-source-6.1
private_apt source --download-only musl busybox glibc
rm -f ./*.asc

dpkg-deb --fsys-tarfile linux-source-6.1_*.deb | tar x -C "$apt" --wildcards --strip-components=3 './usr/src/linux-source-6.1.tar.xz'
mkdir -p "$SRC"/{linux,musl,busybox,glibc}
# Code of other architectures and the largest of the drivers that this configuration cannot use stay in the archive, to save time.
tar xf linux-source-6.1.tar.xz -C "$SRC/linux" --strip-components=1 --exclude='linux-source-6.1/Documentation/*/*' \
	--exclude='linux-source-6.1/arch/[!p]*/*.[chS]' --exclude='linux-source-6.1/arch/[!p]*/*.dts*' --exclude='linux-source-6.1/sound/*.[ch]' \
	--exclude='linux-source-6.1/drivers/gpu/*.[ch]' --exclude='linux-source-6.1/drivers/net/wireless/*.[ch]' --exclude='linux-source-6.1/drivers/net/ethernet/[!i]*/*.[ch]' \
	--exclude='linux-source-6.1/drivers/net/ethernet/intel/*.[ch]' --exclude='linux-source-6.1/drivers/media/*.[ch]'
tar xf musl_*.orig.tar.* -C "$SRC/musl" --strip-components=1
tar xf busybox_*.orig.tar.* -C "$SRC/busybox" --strip-components=1
tar xf glibc_*.orig.tar.* -C "$SRC/glibc" --strip-components=1 --wildcards '*/soft-fp' '*/stdlib/longlong.h'
rm -rf "$apt"
