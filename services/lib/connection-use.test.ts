import fc from 'fast-check';
import { DatabaseError } from 'pg';
import { FAIR_MILLIS, PooledClient, Use, type UseOwner, type Work } from './connection-use';
import { DatabaseUnavailableError } from './database-error';
import { Deadline } from './deadline';

const DEADLINE_MILLIS = 800;

let now: number;
let owner: UseOwner;
beforeEach(() => {
  now = 0;
  owner = { role: 'primary', answers: 0, begin: () => undefined, connect: () => undefined, over: () => undefined, refused: () => undefined };
});

/** A use whose statement is never sent anywhere: what becomes of it is told by hand. */
class Statement {
  readonly use: Use<string>;
  reason: unknown;
  private settle: Parameters<Work<string>>[1] | undefined;

  constructor(millis = DEADLINE_MILLIS) {
    const deadline = Deadline.after(millis, () => now);
    const fail = (error: unknown): void => {
      this.reason = error instanceof DatabaseUnavailableError ? error.reason : error;
    };
    this.use = new Use(owner, (_client, settle) => (this.settle = settle), deadline, () => undefined, fail);
    this.use.start(undefined);
  }

  send(): this {
    this.use.connected(undefined, Object.assign(new PooledClient({}), { release: () => undefined }));
    return this;
  }

  answer(): void {
    this.settle?.resolve('answer');
  }

  refuse(error: Error): void {
    this.settle?.reject(error);
  }

  keep(): void {
    this.settle?.keep('kept');
  }

  expire(): unknown {
    this.use.expire();
    return this.reason;
  }
}

const sent = (count: number): readonly Statement[] => Array.from({ length: count }, () => new Statement().send());

describe('statements that have not been answered in time', () => {
  it('are late, each of them, when the server has answered nothing since', () => {
    const statements = sent(5);
    now = DEADLINE_MILLIS;
    expect(statements.map((statement) => statement.expire())).toEqual(Array(5).fill('late'));
  });

  it.each([
    ['with rows', (statement: Statement) => statement.answer()],
    ['with an error of SQL', (statement: Statement) => statement.refuse(Object.assign(new DatabaseError('no such table', 0, 'error'), { code: '42P01' }))],
    ['that it has cancelled one', (statement: Statement) => statement.refuse(Object.assign(new DatabaseError('canceling statement', 0, 'error'), { code: '57014' }))],
    ['that a write is done', (statement: Statement) => statement.keep()],
  ])('are slow, each of them, when it has answered another one meanwhile %s', (_how, answer) => {
    const statements = sent(5);
    answer(new Statement().send());
    now = DEADLINE_MILLIS;
    expect(statements.map((statement) => statement.expire())).toEqual(Array(5).fill('slow'));
  });

  it('are late when all that was answered came before them', () => {
    const other = new Statement().send();
    // It waits for a connection meanwhile, and has not been sent.
    const waiting = new Statement();
    other.answer();
    const statements = [waiting.send(), ...sent(1)];
    now = DEADLINE_MILLIS;
    expect(statements.map((statement) => statement.expire())).toEqual(['late', 'late']);
  });

  it('are late when what has come meanwhile is no answer, or too late to be one', () => {
    const [lost, gone, ...statements] = sent(4);
    lost?.refuse(new Error('Connection terminated unexpectedly'));
    now = DEADLINE_MILLIS;
    expect(gone?.expire()).toBe('late');
    gone?.answer();
    gone?.refuse(new Error('Connection terminated'));
    expect(statements.map((statement) => statement.expire())).toEqual(['late', 'late']);
  });

  it('and wait for a connection still, are slow while the server answers on others', () => {
    new Statement().send().answer();
    const other = new Statement().send();
    const [waiting, twin] = [new Statement(), new Statement()];
    expect(twin.expire()).toBe('late');
    other.answer();
    expect(waiting.expire()).toBe('slow');
  });

  it('and had no time, are hurried whatever else was answered', () => {
    const hurried = [FAIR_MILLIS - 1, FAIR_MILLIS - 1].map((millis) => new Statement(millis).send());
    expect(hurried[0]?.expire()).toBe('hurried');
    new Statement().send().answer();
    expect(hurried[1]?.expire()).toBe('hurried');
  });
});

it.each([
  ['57P01', 'lost'],
  ['57P03', 'failed'],
])('a server that says %s on a new connection has it %s', (code, reason) => {
  const statement = new Statement().send();
  statement.refuse(Object.assign(new DatabaseError('terminating connection', 0, 'error'), { code }));
  expect(statement.reason).toBe(reason);
});

it('whatever the order of things, a statement is slow if and only if another was answered after it was sent', () => {
  const step = fc.record({ what: fc.constantFrom('send', 'answer', 'expire'), which: fc.nat(), millis: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const open: { readonly statement: Statement; readonly sent: number }[] = [];
      let answered = -1;
      for (const [index, { what, which, millis }] of steps.entries()) {
        now += millis;
        if (what === 'send') {
          open.push({ statement: new Statement().send(), sent: index });
          continue;
        }
        const [chosen] = open.splice(which % open.length, 1);
        if (chosen === undefined) continue;
        if (what === 'expire') expect(chosen.statement.expire()).toBe(answered > chosen.sent ? 'slow' : 'late');
        else {
          chosen.statement.answer();
          answered = index;
        }
      }
    }),
  );
});
