/*
 * Preloaded into linux.uml, which calls ptrace through libc. It mends two things.
 *
 * The kernel keeps the floating point state of a process in a buffer made for AVX-512 and hands it back with
 * PTRACE_SETREGSET. Where the host's state is larger (AMX), the host wants the whole of it and answers EFAULT:
 * the rest is given as not in use.
 *
 * The processes of the guest are processes of the host, held by ptrace. Were linux.uml killed, they would go on, and
 * their system calls would be the host's: PTRACE_O_EXITKILL ends them with it.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define OLD_SETOPTIONS 21
#define XSTATE_BV 512
/* x87, SSE, AVX, MPX, AVX-512 and protection keys: what the guest's buffer can hold. */
#define KNOWN_STATES 0x2ff

static char whole[1 << 16] __attribute__((aligned(64)));

static long trace(long request, long pid, void *address, void *data)
{
	return syscall(SYS_ptrace, request, pid, address, data);
}

static long set_state(long pid, void *address, struct iovec *given)
{
	static size_t size;
	struct iovec probe = { whole, sizeof whole };

	if (size == 0 && trace(PTRACE_GETREGSET, pid, address, &probe) == 0)
		size = probe.iov_len;
	if (size <= given->iov_len)
		return trace(PTRACE_SETREGSET, pid, address, given);
	struct iovec padded = { whole, size };
	uint64_t states;
	memset(whole, 0, size);
	memcpy(whole, given->iov_base, given->iov_len);
	memcpy(&states, whole + XSTATE_BV, sizeof states);
	states &= KNOWN_STATES;
	memcpy(whole + XSTATE_BV, &states, sizeof states);
	return trace(PTRACE_SETREGSET, pid, address, &padded);
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list rest;
	va_start(rest, request);
	long pid = va_arg(rest, long);
	void *address = va_arg(rest, void *), *data = va_arg(rest, void *);
	va_end(rest);
	switch ((long)request) {
	case PTRACE_SETOPTIONS:
	case OLD_SETOPTIONS:
		return trace(request, pid, address, (void *)((long)data | PTRACE_O_EXITKILL));
	case PTRACE_SETREGSET:
		if ((long)address == NT_X86_XSTATE)
			return set_state(pid, address, data);
		return trace(request, pid, address, data);
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSER: {
		/* libc returns the word itself. */
		long word = 0;
		return trace(request, pid, address, &word) < 0 ? -1 : word;
	}
	default:
		return trace(request, pid, address, data);
	}
}
