/** The checkers that only Holdfast knows. */
import type { Checker } from '../../health/checker.ts';
import type { Model, RealServer } from '../../language/model.ts';
import { applicationTls } from './balancer-tls.ts';

export interface ExtensionCheck {
  readonly kind: string;
  /** With what every checker has: pace, target. */
  readonly node: RealServer['REDIS_CHECK' | 'MYSQL_CHECK' | 'PGSQL_CHECK' | 'GRPC_CHECK'][number];
  readonly checker: Checker;
  /** Where no port is configured anywhere. */
  readonly port: number;
}

const ports = { redis: 6_379, mysql: 3_306, pgsql: 5_432, grpc: 50_051 };

export function extensionChecks(model: Model, server: RealServer): readonly ExtensionCheck[] {
  return [
    ...server.REDIS_CHECK.map((node): ExtensionCheck => {
      const { user, password, role } = node;
      const tls = applicationTls(model, node);
      const checker = { kind: 'redis', user, password, role, tls } as const;
      return { kind: 'REDIS_CHECK', node, checker, port: ports.redis };
    }),
    ...server.MYSQL_CHECK.map((node): ExtensionCheck => {
      const { user, password, database, state } = node;
      const tls = applicationTls(model, node);
      const checker = { kind: 'mysql', user, password, database, state, tls } as const;
      return { kind: 'MYSQL_CHECK', node, checker, port: ports.mysql };
    }),
    ...server.PGSQL_CHECK.map((node): ExtensionCheck => {
      const { user, password, database, state } = node;
      const tls = applicationTls(model, node);
      const checker = { kind: 'pgsql', user, password, database, state, tls } as const;
      return { kind: 'PGSQL_CHECK', node, checker, port: ports.pgsql };
    }),
    ...server.GRPC_CHECK.map((node): ExtensionCheck => {
      const tls = applicationTls(model, node);
      const checker = { kind: 'grpc', service: node.service, tls } as const;
      return { kind: 'GRPC_CHECK', node, checker, port: ports.grpc };
    }),
  ];
}
