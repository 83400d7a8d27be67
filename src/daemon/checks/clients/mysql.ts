/** MYSQL_CHECK. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { toMilliseconds } from '../../../base/units.ts';
import { failed } from '../../../health/checkers/conversation.ts';
import { judgeReadOnly, mysqlQuestion } from '../../../health/checkers/databases.ts';
import type { Ask } from '../client.ts';

export const askMysql: Ask = async (socket, { settings, target }) => {
  if (settings.kind !== 'mysql') return failed('not a question for MySQL');
  const { user, password, database, state } = settings;
  const connection = await createConnection({
    stream: socket,
    connectTimeout: toMilliseconds(target.timeout),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(mysqlQuestion);
    return judgeReadOnly(rows[0]?.answer, state);
  } finally {
    connection.destroy();
  }
};
