import fc from 'fast-check';
import { maskUrl, parseDatabaseUrl } from './database-url';

it('reads what a URL says, percent-encoding included', () => {
  expect(parseDatabaseUrl('postgresql://us%40er:p%2Fw@[::1]:6000/my%20db')).toEqual({ host: '::1', port: 6000, database: 'my db', user: 'us@er', password: 'p/w' });
});

it('gives back any user, password and database that were encoded', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => !value.includes('/') && value.trim() === value && value !== '.' && value !== '..');
  fc.assert(
    fc.property(text, text, text, (user, password, database) => {
      const url = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@db/${encodeURIComponent(database)}`;
      expect(parseDatabaseUrl(url)).toEqual({ host: 'db', port: 5432, user, password, database });
    }),
  );
});

it.each([
  ['postgres://app:secret@db:5432/x', 'postgres://app:***@db:5432/x'],
  ['postgres://app:se@cret@db/x', 'postgres://app:***@db/x'],
  ['postgres://app:se/secret@db/x', 'postgres://app:***@db/x'],
  ['postgres://db:5432/x?password=secret&a=b', 'postgres://***'],
  ['postgres://a:b@db/x?password=secret&a=b', 'postgres://a:***@db/x?password=***&a=b'],
  ['postgres://app:secret', 'postgres://***'],
  ['postgres://db:5432/x', 'postgres://db:5432/x'],
  ['rediss://:secret@cache', 'rediss://:***@cache'],
  ['secret', '***'],
])('masks %s', (url, masked) => {
  expect(maskUrl(url)).toBe(masked);
});
