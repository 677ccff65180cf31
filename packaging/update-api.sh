#!/bin/bash
# Writes what is new in the public API of the libraries into their PublicAPI.Unshipped.txt, and what is gone out of it; what was shipped and is gone gets
# a line *REMOVED*. The build fails where these files are not what the code is, so that a review sees what users will.
#
#   update-api.sh          during work
#   update-api.sh --ship   at a release: what is new becomes what is shipped
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C
libraries="Machine Jit Kernel Lab"

# write FILE: the lines of standard input, in order
write() {
	local lines
	lines=$(grep -v '^$' | sort -u || true)
	{ echo "#nullable enable"; [ -z "$lines" ] || echo "$lines"; } > "$1"
}

if [ "${1:-}" = --ship ]; then
	for library in $libraries; do
		shipped=src/$library/PublicAPI.Shipped.txt unshipped=src/$library/PublicAPI.Unshipped.txt
		removed=$(sed -n 's/^\*REMOVED\*//p' "$unshipped")
		cat "$shipped" "$unshipped" | grep -v '^#\|^\*REMOVED\*' | grep -vxF "${removed:-#}" | write "$shipped.new" && mv "$shipped.new" "$shipped"
		write "$unshipped" < /dev/null
	done
	exit
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build src/Lab --nologo -v quiet --no-incremental -p:RunAnalyzers=true -p:TreatWarningsAsErrors=false > "$log" 2>&1 \
	|| { grep -E 'error' "$log" | sort -u; exit 1; }

# found RULE WORDS LIBRARY: the symbols of which the analyzer says so
found() {
	sed -n "s/.* RS00$1: Symbol '\(.*\)' is $2.*\/src\/$3\/$3.csproj.*/\1/p" "$log" | sort -u
}
for library in $libraries; do
	shipped=src/$library/PublicAPI.Shipped.txt unshipped=src/$library/PublicAPI.Unshipped.txt
	gone=$(found 17 "part of the declared" "$library")
	lost=$(grep -xF "${gone:-#}" "$shipped" | grep -v '^#' | sed 's/^/*REMOVED*/' || true)
	{ grep -v '^#' "$unshipped" | grep -vxF "${gone:-#}" || true; found 16 "not part of the declared" "$library"; echo "$lost"; } \
		| write "$unshipped.new"
	mv "$unshipped.new" "$unshipped"
done
git diff --stat -- 'src/*/PublicAPI.*.txt'
