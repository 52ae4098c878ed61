import type { Conversation, HostileRequest } from './hostile-connection';
import type { Subjects } from './hostile-subjects';

type Connection = 'close' | 'keep-alive';

/** Requests that no decent client sends: HTTP and things that resemble it, as bytes; the same ones for the same seed and subjects. */
export function hostileConversations(seed: number, subjects: Subjects): () => Conversation {
  const { below, oneOf, often, bytes } = choices(seed);
  const id = (): string => oneOf([...(often(0.3) ? some(subjects.identifiers) : identifiers), encodeURIComponent(bytes(below(40))), '%'.repeat(1 + below(5)), 'a'.repeat(below(3_000))]);

  const target = (): string => {
    const path = oneOf(paths).replace('*', id);
    const query = often(0.4) ? `?${oneOf([...queries, encodeURIComponent(bytes(below(20))), 'a=b&'.repeat(below(1_500))])}` : '';
    return `${often(0.05) ? oneOf(['http://web/', 'https://[::1', 'http://a:99999999', '*', 'urn:x', '//']) : ''}${path}${query}`;
  };
  const header = (): string => {
    const value = oneOf(['', '0', 'a'.repeat(below(200)), bytes(below(30)).replace(/[\r\n\0]/g, ''), '"', '*', '1, 2', 'gzip', '-1', '{}', '%00']);
    return `${oneOf(headerNames)}: ${value}`;
  };
  const body = (): string => {
    const value = oneOf([...bodies, bytes(below(300)), JSON.stringify({ [id()]: id(), content: bytes(below(100)) }), '['.repeat(below(50_000)), `{"a":`.repeat(below(5_000))]);
    return often(0.2) ? mutated(value) : value;
  };
  const mutated = (text: string): string => {
    const at = below(text.length + 1);
    return text.slice(0, at) + oneOf(['\0', '\uFFFD', '"', '}', ',', '\\u0000', '\\ud800', '']) + text.slice(at + below(3));
  };
  // What follows on a connection is not to be taken for a body.
  const lies = (connection: Connection, share: number): boolean => connection === 'close' && often(share);
  const request = (connection: Connection): string => {
    const content = body();
    const length = !lies(connection, 0.1) ? Buffer.byteLength(content, 'latin1') : below(100);
    const framing = often(0.1) ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
    const lines = [
      `${oneOf(often(0.95) ? methods : oddMethods)} ${target()} HTTP/${often(0.95) ? '1.1' : oneOf(['1.0', '2.0', '0.9'])}`,
      ...(often(0.97) ? ['Host: service'] : []),
      ...(often(0.8) ? [`Content-Type: ${oneOf(mediaTypes)}`] : []),
      ...(often(0.8) ? [framing] : []),
      ...Array.from({ length: below(4) }, header),
      `Connection: ${connection}`,
    ];
    const text = `${lines.join('\r\n')}\r\n\r\n${content}`;
    return lies(connection, 0.1) ? mutated(text) : text;
  };
  const almostDecent = (connection: Connection): HostileRequest => {
    const { resembles, method, path, body: content } = oneOf(some(subjects.decent));
    const text = `${method} ${path} HTTP/1.1\r\nHost: service\r\nContent-Type: application/json\r\nContent-Length: ${content.length}\r\n${header()}\r\nConnection: ${connection}\r\n\r\n${content}`;
    return { bytes: Buffer.from(lies(connection, 0.5) ? mutated(text) : text, 'latin1'), resembles };
  };
  const next = (connection: Connection): HostileRequest => (often(0.3) ? almostDecent(connection) : { bytes: Buffer.from(often(0.07) ? bytes(below(500)) : request(connection), 'latin1') });
  return () => {
    const length = often(0.2) ? 2 + below(4) : 1;
    return { requests: Array.from({ length }, (_, index) => next(index === length - 1 ? 'close' : 'keep-alive')), manner: often(0.5) ? 'in turn' : 'pipelined' };
  };
}

/** What is random about them. */
function choices(seed: number) {
  const random = seeded(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  return {
    below,
    oneOf: <Item>(items: readonly [Item, ...Item[]]): Item => items[below(items.length)] ?? items[0],
    often: (share: number): boolean => random() < share,
    bytes: (length: number): string => Array.from({ length }, () => String.fromCharCode(below(256))).join(''),
  };
}

/** @throws Error for none */
function some<Item>([first, ...rest]: readonly Item[]): readonly [Item, ...Item[]] {
  if (first === undefined) throw new Error('there must be one');
  return [first, ...rest];
}

/** Numbers of [0, 1), mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const methods = ['GET', 'GET', 'HEAD', 'POST', 'POST', 'PUT', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;
const oddMethods = ['TRACE', 'CONNECT', 'PROPFIND', 'M-SEARCH', 'BREW', 'get', 'G\0T'] as const;
const paths = [
  '/api/web4/assets/*', '/api/web4/assets/*', '/api/web4/assets', '/api/web4/assets/a/b/*',
  '/api/web5/identities/*', '/api/web5/identities', '/api/web5/verify',
  '/api/blockchain/transactions/*', '/api/blockchain/transactions', '/api/blockchain/accounts/*/transactions', '/api/blockchain/accounts/*/balance', '/api/blockchain/accounts/*/verify',
  '/health', '/ready', '/metrics', '/*', '/', '', '//', '/../../etc/passwd', '/API/WEB4/ASSETS/*/', '/%2e%2e/%2f*',
] as const;
const identifiers = [
  '', 'x', '%00', '%zz', '%', '..', '%2e%2e%2f', '__proto__', 'constructor', '%F0%9F%98%80', '%ED%A0%80', '-1', '0', 'null', '1e999', "'; DROP TABLE assets; --",
  '0x0000000000000000000000000000000000000001', '0x0000000000000000000000000000000000000001%00', '0001-00000000-0000-4000-8000-000000000000', 'ffff-ffffffff-ffff-ffff-ffff-ffffffffffff',
  'did:rechain:z6Mk', 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK', 'did:web:', 'did:',
] as const;
const queries = ['', 'limit=-1', 'limit=abc', 'limit=1000000', 'limit=1&limit=2', 'cursor=%00', 'cursor=AAAA', 'prefix=%', 'prefix=%00', 'prefix=a&prefix=b', '__proto__=1', 'a[b][c]=1', '&&&==&', '%zz=%zz', 'limit=1e1'] as const;
const headerNames = [
  'X-Request-Id', 'Idempotency-Key', 'If-None-Match', 'If-Match', 'If-Modified-Since', 'Range', 'Accept', 'Accept-Encoding', 'Content-Encoding', 'Content-Length', 'Transfer-Encoding',
  'Expect', 'Upgrade', 'Cookie', 'Authorization', 'X-Forwarded-For', 'X-Consistency-Token', 'Consistency-Token', 'Host', 'user-type', 'Connection', '__proto__', 'X-Http-Method-Override', 'Trailer', 'TE',
] as const;
const mediaTypes = ['application/json', 'application/json', 'application/json', 'application/json; charset=utf-8', 'application/json; charset=latin1', 'application/json; charset="', 'text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded', '', ';', 'a/b/c'] as const;
const address = '"0x0000000000000000000000000000000000000001"';
const bodies = [
  '', '{}', '[]', 'null', 'true', '1', '1e999', '"', '{"a":', '{"__proto__":{"a":1}}', '{"constructor":{"prototype":{}}}', '\uFEFF{}', '{"a":1,"a":2}',
  '{"mediaType":"text/plain","content":"x"}', '{"mediaType":"text/plain","content":"\\u0000"}', '{"mediaType":"text/plain","content":"\\ud800"}', '{"mediaType":1,"content":{}}', '{"mediaType":"text/plain"}',
  `{"from":${address},"to":${address},"amount":"1"}`, `{"from":${address},"to":${address},"amount":1}`, `{"from":${address},"to":${address},"amount":"9007199254740993"}`, `{"from":${address},"to":${address},"amount":"-1"}`,
  `{"from":${address},"to":${address},"amount":"NaN"}`, `{"from":${address},"to":${address},"amount":"0.${'0'.repeat(5_000)}1"}`, `{"from":${address}}`,
  '{"publicKey":"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}', '{"publicKey":""}', '{"publicKey":{}}', `{"did":"did:key:z","message":"${'x'.repeat(10_000)}","signature":"AAAA"}`, '{"version":1e308,"publicKey":"z","signature":"z"}',
  '\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03', '2\r\n{}\r\n0\r\n\r\n', 'ffffffffffffffff\r\n{}', '5\r\n{}',
] as const;
