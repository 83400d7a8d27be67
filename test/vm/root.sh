#!/bin/sh
# The first process of the guest, on the machine's files, which it sees read-only. It lays a file system in memory over
# them, mounts the one folder that is written through, and goes on there as init.sh.
#
#   root.sh JOB MODULES     the folder written through; the folder of the kernel's modules
set -eu
job=$1 modules=$2
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
mount -t proc proc /proc
insmod "$modules/kernel/fs/overlayfs/overlay.ko"
mount -t tmpfs -o mode=755 tmpfs /mnt
root=/mnt/root
mkdir /mnt/upper /mnt/work $root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay $root
mount -t proc proc $root/proc
mount -t sysfs sys $root/sys
mount -t devtmpfs dev $root/dev
mkdir -p $root/dev/pts $root/dev/shm "$root/lib/modules/${modules##*/}"
mount -t devpts -o mode=600,ptmxmode=666 devpts $root/dev/pts
ln -sf pts/ptmx $root/dev/ptmx
ln -sf /proc/self/fd $root/dev/fd
mount -t tmpfs -o mode=1777 tmpfs $root/dev/shm
mount -t tmpfs -o mode=755 tmpfs $root/run
mkdir -p $root/run/lock "$root$job"
mount -o bind "$modules" "$root/lib/modules/${modules##*/}"
mount -t hostfs -o "$job" none "$root$job"
cd $root
exec chroot . /bin/sh "$job/init.sh" "$job"
