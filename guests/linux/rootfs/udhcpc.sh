#!/bin/sh
# What udhcpc calls with what it has learned: sets up interface, route and name server.
case "$1" in
	deconfig) ifconfig "$interface" 0.0.0.0 up ;;
	bound | renew)
		ifconfig "$interface" "$ip" netmask "${subnet:-255.255.255.0}" up
		for gateway in $router; do
			route add default gw "$gateway" dev "$interface" 2> /dev/null
		done
		: > /etc/resolv.conf
		for server in $dns; do
			echo "nameserver $server" >> /etc/resolv.conf
		done
		;;
esac
