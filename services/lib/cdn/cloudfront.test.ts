import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFront } from './cloudfront';

const seen: { readonly url: string | undefined; readonly body: string; readonly authorization: string | undefined }[] = [];
let status = 201;
const server = createServer((request, response) => {
  void textOf(request).then((body) => {
    seen.push({ url: request.url, body, authorization: request.headers.authorization });
    const answer = status === 201 ? '<Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>I1</Id></Invalidation>' : '<ErrorResponse><Error><Type>Sender</Type><Code>TooManyInvalidationsInProgress</Code><Message>slow down</Message></Error></ErrorResponse>';
    response.writeHead(status, { 'Content-Type': 'text/xml' }).end(answer);
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const before = { ...process.env };
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, { AWS_ENDPOINT_URL_CLOUDFRONT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' });
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

it('asks CloudFront for one invalidation of all paths, and fails when it is refused', async () => {
  const api = new CloudFront({ kind: 'cloudfront', url: new URL('https://cdn.example/base/'), distributionId: 'E2QWRUHAPOMQZL' });
  await api.purge(['/api/web4/assets/a%20b', '/api/web4/assets/c']);
  expect(seen).toEqual([{ url: '/2020-05-31/distribution/E2QWRUHAPOMQZL/invalidation', body: expect.any(String), authorization: expect.stringContaining('/us-east-1/cloudfront/') }]);
  expect(seen[0]?.body).toMatch(/<Paths><Quantity>2<\/Quantity><Items><Path>\/base\/api\/web4\/assets\/a%20b<\/Path><Path>\/base\/api\/web4\/assets\/c<\/Path><\/Items><\/Paths><CallerReference>[0-9a-f-]{36}<\/CallerReference>/);
  await api.purge(['/d']);
  expect(seen[1]?.body).toContain('<Path>/base/d</Path>');
  const reference = (index: number) => /<CallerReference>(.*)<\/CallerReference>/.exec(seen[index]?.body ?? '')?.[1];
  expect(reference(1)).not.toBe(reference(0));
  status = 400;
  await expect(api.purge(['/e'])).rejects.toThrow('slow down');
});
