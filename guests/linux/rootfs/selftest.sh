# Checks through busybox and the kernel: prints "ok sh:NAME" or "FAIL sh:NAME got=... want=...".
failed=0
check() { # NAME GOT WANTED
	if [ "$2" = "$3" ]; then
		echo "ok sh:$1"
	else
		echo "FAIL sh:$1 got=$2 want=$3"
		failed=$((failed + 1))
	fi
}

cd /tmp
seq 1 20000 > numbers
md5=e071f707df7bbeee2a6a1eb48011ddd0

check md5 "$(md5sum < numbers | cut -c1-32)" $md5
check sha1 "$(sha1sum < numbers | cut -c1-40)" 49972ff155d0d5fb6bb9d8f18a7a4c4a2ea9562c
check sha256 "$(sha256sum < numbers | cut -c1-64)" f6351f5ead9a700e34275480b3856ea738122a7c57bdeb744a631251c069587a
check sha512 "$(sha512sum < numbers | cut -c1-32)" 7686a0fb0b50564b3e6f2e2ab9bdcbd5
check cksum "$(cksum < numbers)" "3231941463 108894"
check gzip "$(gzip -c numbers | gunzip -c | md5sum | cut -c1-32)" $md5
check bzip2 "$(bzip2 -c numbers | bunzip2 -c | md5sum | cut -c1-32)" $md5
check sort "$(sort -r numbers | head -n 3 | tr '\n' ,)" "9999,9998,9997,"
check sort-n "$(sort -rn numbers | head -n 3 | tr '\n' ,)" "20000,19999,19998,"
check awk-int "$(awk '{s+=$1} END{print s}' numbers)" 200010000
check awk-fp "$(awk 'BEGIN{for(i=1;i<1000;i++)s+=sqrt(i)/i; printf "%.9f",s}')" 61.769385989
check sed "$(sed -n 's/^1234$/hit/p' numbers)" hit
check grep "$(grep -c 7 numbers)" 6878
check arithmetic "$((123456789 * 987654321 % 1000007))" 192139
check factor "$(factor 1234567890123)" "1234567890123: 3 3541 116216501"
check tar "$(tar cf - numbers | tar xOf - numbers | md5sum | cut -c1-32)" $md5

i=0
while [ $i -lt 50 ]; do
	/bin/true
	sh -c 'exit 3'
	result=$?
	i=$((i + 1))
done
check fork-exec "$i:$result" 50:3

check dd "$(dd if=/dev/zero bs=4096 count=512 2>/dev/null | wc -c)" 2097152
check bc "$(echo '2^200' | bc)" 1606938044258990275541962092341162602522202993782792835301376
echo "SHTEST done, $failed failed"
