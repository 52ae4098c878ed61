import { describeReceived, HIDDEN } from './received';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web' } };

describe('a received value', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [0, '0'],
    ['', '""'],
    [[1, 2], 'a list of 2'],
    [{}, 'an empty object'],
    [{ url: 'secret', port: 1 }, 'an object with url, port'],
    ['postgres://user:secret@host/db', '"postgres://user:***@host/db"'],
  ])('%j is shown as %s', (value, text) => {
    expect(describeReceived(deployment, 'spec.any', value)).toBe(text);
  });

  it('is cut where it is long', () => {
    expect(describeReceived(deployment, 'spec.any', 'x'.repeat(10_000)).length).toBeLessThan(150);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, 1]));
    expect(describeReceived(deployment, 'spec.any', many)).toContain('key7, ...');
  });

  it.each(['data.url', 'stringData', 'dta', 'metadata.annotations', 'data'])('is hidden at %s of a Secret', (path) => {
    expect(describeReceived(secret, path, 'value')).toBe('(hidden: may be secret)');
    expect(describeReceived(deployment, path, 'value')).toBe('"value"');
  });

  it('is hidden where a rule says that it may be one', () => {
    expect(describeReceived(deployment, 'data.url', HIDDEN)).toBe('(hidden: may be secret)');
  });

  it('is shown where a Secret holds its identity', () => {
    expect(describeReceived(secret, 'metadata.name', 'web')).toBe('"web"');
    expect(describeReceived(secret, 'immutable', 'yes')).toBe('"yes"');
  });

  it('is hidden in an environment variable, but for its name and source', () => {
    const container = 'spec.template.spec.containers[0]';
    for (const path of ['env[0].value', 'env[12].vaule', 'env[0]']) expect(describeReceived(deployment, `${container}.${path}`, 'value')).toContain('hidden');
    for (const path of ['env[0].name', 'env[0].valueFrom.secretKeyRef.key', 'image']) {
      expect(describeReceived(deployment, `${container}.${path}`, 'value')).toBe('"value"');
    }
  });
});
