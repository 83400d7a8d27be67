/** What keepalived's command line says over the head of the configuration (`-x`, `-A`). */
import type { Model } from '../language/model.ts';

export function withCommandLine(model: Model, environment: NodeJS.ProcessEnv): Model {
  const { HOLDFAST_SNMP: everything, HOLDFAST_SNMP_SOCKET: socket } = environment;
  if (everything === undefined && socket === undefined) return model;
  const { global_defs: written } = model;
  const isServed = (own: boolean): boolean => own || everything !== undefined;
  return {
    ...model,
    global_defs: {
      ...written,
      snmp_socket: socket ?? written.snmp_socket,
      enable_snmp_vrrp: isServed(written.enable_snmp_vrrp),
      enable_snmp_checker: isServed(written.enable_snmp_checker),
      enable_snmp_rfcv2: isServed(written.enable_snmp_rfcv2),
      enable_snmp_rfcv3: isServed(written.enable_snmp_rfcv3),
    },
  };
}
