import { createHash } from 'node:crypto';
import { EMPTY_CHAIN, endsAt, entryHash, follow, GENESIS_HASH } from './chain';
import { cursorOf, parseCursor } from './cursor';
import { sumOfDecimals } from './decimal';
import fc from 'fast-check';
import type { Transaction } from './transaction';

const unlinked = { id: '02a1-0f8fad5b-d9cb-469f-a165-70867728950e', from: `0x${'a'.repeat(40)}`, to: `0x${'b'.repeat(40)}`, amount: '12.5', createdAt: new Date('2026-11-23T16:13:00.070Z') };

function chainOf(length: number): Transaction[] {
  const entries: Transaction[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const entry = { ...unlinked, sequence, previousHash: entries.at(-1)?.hash ?? GENESIS_HASH };
    entries.push({ ...entry, hash: entryHash(entry) });
  }
  return entries;
}
const headOf = (entries: readonly Transaction[]) => ({ sequence: entries.length, hash: entries.at(-1)?.hash ?? GENESIS_HASH });

describe('the chain', () => {
  it('hashes the lines that are documented', () => {
    const text = `rechain-entry-1\n${'0'.repeat(64)}\n1\n02a1-0f8fad5b-d9cb-469f-a165-70867728950e\n0x${'a'.repeat(40)}\n0x${'b'.repeat(40)}\n12.5\n2026-11-23T16:13:00.070Z`;
    expect(entryHash({ ...unlinked, sequence: 1, previousHash: GENESIS_HASH })).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('is valid from the first entry on, and from any place', () => {
    const entries = chainOf(5);
    expect(follow(EMPTY_CHAIN, entries)).toEqual({ kind: 'valid', head: headOf(entries) });
    expect(follow(headOf(entries.slice(0, 2)), entries.slice(2))).toEqual({ kind: 'valid', head: headOf(entries) });
    expect(follow(EMPTY_CHAIN, [])).toEqual({ kind: 'valid', head: EMPTY_CHAIN });
  });

  it.each<[string, Partial<Transaction>, string]>([
    ['amount', { amount: '12.4' }, 'wrong hash'],
    ['sender', { from: unlinked.to }, 'wrong hash'],
    ['recipient', { to: unlinked.from }, 'wrong hash'],
    ['time', { createdAt: new Date(0) }, 'wrong hash'],
    ['id', { id: unlinked.id.replace('0', '1') }, 'wrong hash'],
    ['hash', { hash: GENESIS_HASH }, 'wrong hash'],
    ['link', { previousHash: GENESIS_HASH }, 'wrong previous hash'],
  ])('names the first entry whose %s was changed', (_what, change, reason) => {
    const entries = chainOf(5).map((entry) => (entry.sequence < 3 ? entry : { ...entry, ...change }));
    expect(follow(EMPTY_CHAIN, entries)).toEqual({ kind: 'broken', broken: { sequence: 3, id: entries[2]?.id, reason } });
  });

  it('names a later entry when one was changed with its hash', () => {
    const entries = chainOf(5);
    const forged = entries.map((entry) => (entry.sequence === 3 ? { ...entry, amount: '1', hash: entryHash({ ...entry, amount: '1' }) } : entry));
    expect(follow(EMPTY_CHAIN, forged)).toMatchObject({ broken: { sequence: 4, reason: 'wrong previous hash' } });
  });

  it('misses entries, inside and at the end', () => {
    const entries = chainOf(5);
    expect(follow(EMPTY_CHAIN, entries.filter(({ sequence }) => sequence !== 2))).toEqual({ kind: 'broken', broken: { sequence: 2, id: undefined, reason: 'missing' } });
    expect(endsAt(headOf(entries.slice(0, 4)), headOf(entries))).toEqual({ kind: 'broken', broken: { sequence: 5, id: undefined, reason: 'missing' } });
    expect(endsAt(headOf(entries), headOf(entries))).toEqual({ kind: 'valid', head: headOf(entries) });
    expect(endsAt(headOf(entries), { sequence: 5, hash: GENESIS_HASH })).toMatchObject({ broken: { sequence: 5, reason: 'not in the chain' } });
    expect(endsAt(headOf(entries), headOf(entries.slice(0, 3)))).toMatchObject({ broken: { sequence: 4, reason: 'not in the chain' } });
  });
});

describe('a cursor', () => {
  it('is read as it was made, and is the only spelling', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), fc.uuid(), (createdMillis, uuid) => {
        const text = cursorOf({ createdMillis, uuid });
        expect(text).toMatch(/^[\w-]{32}$/);
        expect(parseCursor(text)).toEqual({ createdMillis, uuid });
      }),
    );
  });

  it.each(['', 'x', 'A'.repeat(31), 'A'.repeat(33), 'A'.repeat(36), `${'A'.repeat(31)}=`, `${'A'.repeat(31)}+`, '_'.repeat(32)])('%j is none', (text) => {
    expect(parseCursor(text)).toBeUndefined();
  });
});

describe('a sum of decimals', () => {
  it.each([
    [[], '0'],
    [['1.5', '-0.25'], '1.25'],
    [['0.1', '0.2'], '0.3'],
    [['-0.000000000000000001'], '-0.000000000000000001'],
    [['9007199254740992', '0.000000000000000001', '9007199254740992'], '18014398509481984.000000000000000001'],
    [['5', '-5'], '0'],
    [['100', '-0'], '100'],
  ])('of %j is %s', (texts, sum) => {
    expect(sumOfDecimals(texts)).toBe(sum);
  });

  it.each(['', 'NaN', '1e3', '1.', '.5', '1.0000000000000000001'])('refuses %j', (text) => {
    expect(() => sumOfDecimals([text])).toThrow('is no decimal');
  });
});
