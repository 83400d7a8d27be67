/*
 * Preloaded into a program that lives in a network namespace: its socket of the connector, which tells of processes, is one
 * of the network in $FIRST_NETWORK, since there is no connector but in the first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int socket(int domain, int type, int protocol)
{
	int (*next)(int, int, int) = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
	int own, first, made;

	if (domain != AF_NETLINK || protocol != NETLINK_CONNECTOR)
		return next(domain, type, protocol);
	own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	first = open(getenv("FIRST_NETWORK"), O_RDONLY | O_CLOEXEC);
	setns(first, CLONE_NEWNET);
	made = next(domain, type, protocol);
	setns(own, CLONE_NEWNET);
	close(first);
	close(own);
	return made;
}
