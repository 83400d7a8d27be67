/*
 * Preloaded into keepalived where the kernel has no IPVS: whatever its checkers ask of IPVS is granted, and nothing comes
 * of it. So they run on any kernel, and what their checks cost can be measured there.
 */
#include <stddef.h>

typedef int (*handler)(void *message, void *argument);

/* enum nl_cb_type */
#define FINISHED 1
#define ACKNOWLEDGED 4
#define TYPES 16

static handler handlers[TYPES];
static void *arguments[TYPES];

int genl_connect(void *sock)
{
	return 0;
}

/* Any family number. */
int genl_ctrl_resolve(void *sock, const char *name)
{
	return 42;
}

int nl_send_auto(void *sock, void *message)
{
	return 1;
}

int nl_socket_modify_cb(void *sock, int type, int kind, handler func, void *argument)
{
	if (type >= 0 && type < TYPES) {
		handlers[type] = func;
		arguments[type] = argument;
	}
	return 0;
}

/* It is called until one of the two has been. */
int nl_recvmsgs_default(void *sock)
{
	if (handlers[FINISHED])
		handlers[FINISHED](NULL, arguments[FINISHED]);
	if (handlers[ACKNOWLEDGED])
		handlers[ACKNOWLEDGED](NULL, arguments[ACKNOWLEDGED]);
	return 0;
}
