import type { PolicyContext } from '../policy';
import { findingsOf, itIsARule } from '../rule-testing';
import { secretKeyProvided as rule } from './secret-key-provided';

const known: PolicyContext = { secrets: [{ name: 'database', namespace: 'shop', keys: ['url', 'ca'] }] };

itIsARule(rule, { secrets: [] });

const pod = (spec: string, namespace = 'shop'): string => `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: ${namespace} }
spec: { ${spec} }
`;
const variable = (reference: string): string => `containers: [{ name: a }, { name: b, env: [{ name: A, value: a }, { name: B, valueFrom: { secretKeyRef: { ${reference} } } }] }]`;

it('takes a key that the context provides, and finds one that it does not', () => {
  expect(findingsOf(rule, pod(variable('name: database, key: url')), known)).toEqual([]);
  const [finding] = findingsOf(rule, pod(variable('name: database, key: urls')), known);
  expect(finding).toMatchObject({ path: 'spec.containers[1].env[1].valueFrom.secretKeyRef.key', received: '"urls"' });
  expect(finding?.message).toBe('Secret database has no such key, did you mean "url"?; it has url, ca');
});

it('finds a Secret that nothing provides in the namespace of the pod', () => {
  const [finding] = findingsOf(rule, pod(variable('name: databse, key: url')), known);
  expect(finding).toMatchObject({ path: 'spec.containers[1].env[1].valueFrom.secretKeyRef.name', received: '"databse"' });
  expect(findingsOf(rule, pod(variable('name: database, key: url'), 'stock'), known)).toHaveLength(1);
});

it('does not judge without knowing the Secrets that exist', () => {
  expect(findingsOf(rule, pod(variable('name: other, key: url')), {})).toEqual([]);
  expect(findingsOf(rule, pod(variable('name: other, key: url')), { secrets: [] })).toHaveLength(1);
});

it('does not judge optional references', () => {
  expect(findingsOf(rule, pod(variable('name: database, key: other, optional: true')), known)).toEqual([]);
  expect(findingsOf(rule, pod(variable('name: database, key: other, optional: false')), known)).toHaveLength(1);
});

it('takes keys of Secrets in the set, beside those of the context', () => {
  const secret = '---\napiVersion: v1\nkind: Secret\nmetadata: { name: database, namespace: shop }\ndata: { user: YQ== }\nstringData: { host: db }\n';
  for (const key of ['user', 'host', 'url']) expect(findingsOf(rule, pod(variable(`name: database, key: ${key}`)) + secret, known)).toEqual([]);
  expect(findingsOf(rule, pod(variable('name: database, key: user')), known)).toHaveLength(1);
});

const places: readonly (readonly [name: string, path: string, spec: (name: string, key: string) => string])[] = [
  ['an init container', 'spec.initContainers[0].env[0].valueFrom.secretKeyRef', (name, key) => `initContainers: [{ name: a, env: [{ name: A, valueFrom: { secretKeyRef: { name: ${name}, key: ${key} } } }] }]`],
  ['an item of a volume', 'spec.volumes[0].secret.items[0]', (name, key) => `volumes: [{ name: a, secret: { secretName: ${name}, items: [{ key: ${key}, path: a }] } }]`],
  ['an item of a projected volume', 'spec.volumes[0].projected.sources[1].secret.items[0]', (name, key) => `volumes: [{ name: a, projected: { sources: [{ configMap: { name: a } }, { secret: { name: ${name}, items: [{ key: ${key}, path: a }] } }] } }]`],
];

it.each(places)('judges the key in %s', (_, path, spec) => {
  expect(findingsOf(rule, pod(spec('database', 'url')), known)).toEqual([]);
  expect(findingsOf(rule, pod(spec('database', 'other')), known)).toMatchObject([{ path: `${path}.key` }]);
});

const wholes: readonly (readonly [name: string, path: string, spec: (name: string, optional: boolean) => string])[] = [
  ['envFrom', 'spec.containers[0].envFrom[0].secretRef.name', (name, optional) => `containers: [{ name: a, envFrom: [{ secretRef: { name: ${name}, optional: ${optional} } }] }]`],
  ['a volume', 'spec.volumes[0].secret.secretName', (name, optional) => `volumes: [{ name: a, secret: { secretName: ${name}, optional: ${optional} } }]`],
  ['a projected volume', 'spec.volumes[0].projected.sources[0].secret.name', (name, optional) => `volumes: [{ name: a, projected: { sources: [{ secret: { name: ${name}, optional: ${optional} } }] } }]`],
];

it.each(wholes)('judges the Secret that %s takes whole', (_, path, spec) => {
  expect(findingsOf(rule, pod(spec('database', false)), known)).toEqual([]);
  expect(findingsOf(rule, pod(spec('other', false)), known)).toMatchObject([{ path }]);
  expect(findingsOf(rule, pod(spec('other', true)), known)).toEqual([]);
});

it('looks into the pod template of a CronJob', () => {
  const cronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: shop }
spec: { schedule: "@daily", jobTemplate: { spec: { template: { spec: { ${variable('name: database, key: other')} } } } } }
`;
  const path = 'spec.jobTemplate.spec.template.spec.containers[1].env[1].valueFrom.secretKeyRef.key';
  expect(findingsOf(rule, cronJob, known)).toMatchObject([{ kind: 'CronJob', path }]);
});
