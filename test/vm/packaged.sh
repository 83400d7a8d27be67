#!/bin/sh
# The packaged keepalived programs the table of each configuration, all in namespaces of their own, which stay.
#
#   packaged.sh FOLDER FILE...     a namespace keepalived-NAME for each NAME.conf; FOLDER gets NAME.log
folder=$1
shift
# Each waits more than it works.
at_once=8

start() {
	name=$(basename "$1" .conf)
	space=keepalived-$name
	mkdir "$folder/$name"
	TMPDIR=$folder/$name nsenter --net="/run/netns/$space" \
		keepalived --use-file "$1" --dont-fork --log-console --log-detail --no-syslog --check \
		--pid "$folder/$name/keepalived.pid" --checkers_pid "$folder/$name/checkers.pid" \
		>"$folder/$name.log" 2>&1 &
	tries=0
	until grep -qs 'Startup complete' "$folder/$name.log" || [ $tries = 400 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	# Killed, the child leaves its table behind; the parent must neither start another nor make this one tidy up.
	kill -STOP $!
	kill -KILL "$(cat "$folder/$name/checkers.pid")"
	kill -KILL $!
}

running=0
for file; do
	start "$file" &
	running=$((running + 1))
	[ $((running % at_once)) = 0 ] && wait
done
wait
