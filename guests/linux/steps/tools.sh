# Installs the Debian packages this build needs, when something is missing.
packages="gcc-powerpc-linux-gnu binutils-powerpc-linux-gnu libc6-dev-powerpc-cross device-tree-compiler u-boot-tools
	make gcc libc6-dev flex bison bc cpio rsync bzip2 xz-utils gzip patch perl python3"

missing=
for package in $packages; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "Missing Debian packages:$missing. Install them, or run this script as root."
		exit 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update
	apt-get install -y --no-install-recommends $missing
fi
