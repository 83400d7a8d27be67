#!/bin/sh
# The first process of the guest in its final root: runs the job's command and tells its exit status.
#
#   init.sh JOB     holds what to run (command.sh), and afterwards its exit status (status)
job=$1
for line in /dev/ttyS0 /dev/ttyS1; do stty -F $line raw -echo; done
# Nothing but a panic.
echo 1 >/proc/sys/kernel/printk
echo vm >/proc/sys/kernel/hostname
ip link set lo up
modprobe ipv6
mkfifo /run/out /run/err
cat /run/out >/dev/ttyS0 &
out=$!
cat /run/err >/dev/ttyS1 &
err=$!
setsid -w sh "$job/command.sh" </dev/null >/run/out 2>/run/err
status=$?
# What the command has left running would hold its output open.
for process in /proc/[0-9]*; do
	pid=${process#/proc/}
	case $pid in 1 | "$out" | "$err") continue ;; esac
	[ -e "$process/exe" ] && kill -KILL "$pid"
done 2>/dev/null
wait "$out" "$err"
echo "$status" >"$job/status"
sync
echo o >/proc/sysrq-trigger
sleep 10
