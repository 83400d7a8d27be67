/**
 * A mail relay of the `smtp-server` package: `node mail-relay.ts PORT FILE MODE`. Each letter becomes a line of JSON in
 * the file. Modes: `plain`; `login`, which wants STARTTLS and web-a:secret; `refuse`, which knows no recipient; `stall`,
 * which takes connections and says nothing.
 */
import { appendFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

const [, , port = '', file = '', mode = 'plain'] = process.argv;
const wantsLogin = mode === 'login';

const relay = new SMTPServer({
  authOptional: !wantsLogin,
  ...(wantsLogin ? {} : { disabledCommands: ['AUTH', 'STARTTLS'] }),
  onConnect(_session, done) {
    process.stdout.write('visited\n');
    if (mode !== 'stall') done();
  },
  onAuth({ username, password }, _session, done) {
    const isRight = username === 'web-a' && password === 'secret';
    if (isRight) done(null, { user: username });
    else done(new Error('wrong password'));
  },
  onRcptTo({ address }, _session, done) {
    if (mode !== 'refuse') return done();
    const error = Object.assign(new Error(`no such user: ${address}`), { responseCode: 550 });
    done(error);
  },
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { envelope, hostNameAppearsAs, secure, user } = session;
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      const to = envelope.rcptTo.map(({ address }) => address);
      const text = Buffer.concat(chunks).toString();
      const letter = { helo: hostNameAppearsAs, from, to, secure, user, text };
      appendFileSync(file, `${JSON.stringify(letter)}\n`);
      done();
    });
  },
});
relay.on('error', () => undefined);
relay.listen(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'));
