/** Where the parts of keepalived's MIB stand (enterprises.debian.project.keepalived). */
import { type Oid, parseOid } from '../../../wire/agentx-values.ts';

const keepalived: Oid = parseOid('1.3.6.1.4.1.9586.100.5');
export const globals: Oid = [...keepalived, 1];
export const mail: Oid = [...globals, 3];
export const vrrp: Oid = [...keepalived, 2];
export const check: Oid = [...keepalived, 3];
