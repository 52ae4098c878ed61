import fc from 'fast-check';
import { findingsInBoth, itIsAnAcrossRule, itTellsBothApart } from '../across-testing';
import { exampleAutoscaler } from '../relation-examples';
import { exampleResource } from '../resource-examples';
import { connectionsFitDatabase as rule } from './connections-fit-database';

itIsAnAcrossRule(rule);

type Variables = Readonly<Record<string, string>>;
const environment = (variables: Variables): string => Object.entries(variables).map(([name, value]) => `{ name: ${name}, value: "${value}" }`).join(', ');
const primary = (pool: number | string): Variables => ({ DATABASE_URL: 'postgres://db', DATABASE_POOL_MAX: String(pool) });

/** A workload of so many pods without surge, unless its fields say otherwise. */
const deployment = (container: string, fields = 'replicas: 10, strategy: { type: Recreate }', name = 'web'): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { ${fields}, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: web, image: web:1, ${container} }] } } }
`;
const pods = (variables: Variables, fields?: string): string => deployment(`env: [${environment(variables)}]`, fields);
const configMap = (data: Variables): string => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: ${JSON.stringify(data)}\n`;
const job = (fields = ''): string => `---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec: { ${fields} template: { spec: { restartPolicy: Never, containers: [{ name: web, image: web:1, env: [${environment(primary(10))}] }] } } }
`;

const [GROUP, INSTANCE] = ['aws:rds/parameterGroup:ParameterGroup', 'aws:rds/instance:Instance'];
const parameters = (maxConnections: number | string): string => `[{ name: rds.force_ssl, value: "1" }, { name: max_connections, value: "${maxConnections}" }]`;
/** An instance with a parameter group of its own. */
const database = (maxConnections: number | string, inputs = '', name = 'primary'): string =>
  exampleResource(GROUP, name, `{ name: ${name}-parameters, parameters: ${parameters(maxConnections)} }`) + exampleResource(INSTANCE, name, `{ instanceClass: db.m7g.large, parameterGroupName: ${name}-parameters, ${inputs} }`);
const plan = (...resources: readonly string[]): string => `---\n${resources.join('')}`;
const tag = (role: string): string => `tags: { "rechain:role": ${role} }`;
const PATH = 'parameters[1].value';

itTellsBothApart(rule, [
  ['a pool that is too large by one connection', pods(primary(10)) + plan(database(105)), pods(primary(10)) + plan(database(104)), PATH],
  ['the pods of an autoscaler', pods(primary(10), 'strategy: { type: Recreate }') + exampleAutoscaler('maxReplicas: 10') + plan(database(105)), pods(primary(10), 'strategy: { type: Recreate }') + exampleAutoscaler('maxReplicas: 11') + plan(database(105)), PATH],
  ['the pods that a rolling update adds', pods(primary(10), 'replicas: 10, strategy: { rollingUpdate: { maxSurge: 1 } }') + plan(database(115)), pods(primary(10), 'replicas: 10, strategy: { rollingUpdate: { maxSurge: 2 } }') + plan(database(115)), PATH],
  ['a surge in percent, which rounds up', pods(primary(10), 'replicas: 10, strategy: { rollingUpdate: { maxSurge: 10% } }') + plan(database(115)), pods(primary(10), 'replicas: 10, strategy: { rollingUpdate: { maxSurge: 11% } }') + plan(database(115)), PATH],
  ['the surge that Kubernetes gives', pods(primary(10), 'replicas: 10') + plan(database(135)), pods(primary(10), 'replicas: 10') + plan(database(134)), PATH],
  ['one connection for a migration', pods(primary(10)) + plan(database(105)), pods(primary(10)) + job() + plan(database(105)), PATH],
  ['each pod of a Job', job('parallelism: 2,') + plan(database(7)), job('parallelism: 3,') + plan(database(7)), PATH],
  ['the one pod of a Deployment that says nothing', pods(primary(10), 'strategy: { type: Recreate }') + plan(database(15)), pods(primary(10), 'strategy: { type: Recreate }') + plan(database(14)), PATH],
  ['a pool by a name with a prefix', deployment('envFrom: [{ prefix: OTHER_, configMapRef: { name: web } }]') + configMap(primary(99)) + plan(database(105)), deployment('envFrom: [{ prefix: DATABASE_, configMapRef: { name: web } }]') + configMap({ URL: 'x', POOL_MAX: '11' }) + plan(database(105)), PATH],
  ['the default of large instances, which ends at 5,000', pods(primary(499)) + plan(exampleResource(INSTANCE, 'primary', '{ instanceClass: db.r7g.4xlarge }')), pods(primary(500)) + plan(exampleResource(INSTANCE, 'primary', '{ instanceClass: db.r7g.4xlarge }')), 'instanceClass'],
  ['two workloads together', pods(primary(10)) + plan(database(105)), pods(primary(10)) + deployment(`env: [${environment(primary(1))}]`, 'replicas: 1', 'other') + plan(database(105)), PATH],
  ['a pool from a ConfigMap', deployment('envFrom: [{ configMapRef: { name: web } }]') + configMap(primary(10)) + plan(database(105)), deployment('envFrom: [{ configMapRef: { name: web } }]') + configMap(primary(11)) + plan(database(105)), PATH],
  ['a variable that stands over the ConfigMap', deployment('env: [{ name: DATABASE_POOL_MAX, value: "10" }], envFrom: [{ configMapRef: { name: web } }]') + configMap(primary(99)) + plan(database(105)), deployment('env: [{ name: DATABASE_POOL_MAX, value: "99" }], envFrom: [{ configMapRef: { name: web } }]') + configMap(primary(10)) + plan(database(105)), PATH],
  ['a key of a ConfigMap', deployment(`env: [{ name: DATABASE_URL, value: x }, { name: DATABASE_POOL_MAX, valueFrom: { configMapKeyRef: { name: web, key: pool } } }]`) + configMap({ pool: '10' }) + plan(database(105)), deployment(`env: [{ name: DATABASE_URL, value: x }, { name: DATABASE_POOL_MAX, valueFrom: { configMapKeyRef: { name: web, key: pool } } }]`) + configMap({ pool: '11' }) + plan(database(105)), PATH],
  ['what is no replica, as its source is null', pods(primary(10)) + plan(database(105, 'replicateSourceDb: null')), pods(primary(10)) + plan(database(104, 'replicateSourceDb: null')), PATH],
  ['the default of an instance class', pods(primary(90)) + plan(exampleResource(INSTANCE, 'primary', '{ instanceClass: db.r7g.large }')), pods(primary(90)) + plan(exampleResource(INSTANCE, 'primary', '{ instanceClass: db.m7g.large }')), 'instanceClass'],
  ['a parameter group without the parameter', pods(primary(44)) + plan(exampleResource(GROUP, 'p', '{ parameters: [] }'), exampleResource(INSTANCE, 'primary', '{ instanceClass: db.t4g.medium, parameterGroupName: x }', [`${GROUP}::p`])), pods(primary(45)) + plan(exampleResource(GROUP, 'p', '{ parameters: [] }'), exampleResource(INSTANCE, 'primary', '{ instanceClass: db.t4g.medium, parameterGroupName: x }', [`${GROUP}::p`])), 'instanceClass'],
]);

const shared = pods({ ...primary(10), DATABASE_REPLICA_URLS: 'postgres://a', DATABASE_REPLICA_POOL_MAX: '20', DATABASE_SHARD_URLS: 'postgres://b', DATABASE_SHARD_POOL_MAX: '30' });
const three = (ofPrimary: number, ofReplica: number, ofShard: number): string =>
  plan(database(ofPrimary, tag('primary')), database(ofReplica, `${tag('primary')}, replicateSourceDb: primary`, 'replica'), database(ofShard, tag('shards'), 'shard-0'), database(ofShard + 1, tag('shards'), 'shard-1'));

it('judges each instance by the pool of its role', () => {
  const found = (...limits: readonly [number, number, number]): string[] => findingsInBoth(rule, shared + three(...limits)).map(({ name }) => name);
  expect(found(105, 205, 305)).toEqual([]);
  expect(found(104, 205, 305)).toEqual(['primary']);
  expect(found(105, 204, 305)).toEqual(['replica']);
  expect(found(105, 205, 304)).toEqual(['shard-0']);
});

it('says which workloads, how many pods and what pool', () => {
  const [finding] = findingsInBoth(rule, shared + job() + three(100, 999, 999));
  expect(finding?.message).toBe('primary takes 100 connections, of which 5 are reserved; pods may open 101 to it: Deployment web 10 x 10, Job migrate 1 x 1');
});

it.each([
  ['pods without an address', pods({ DATABASE_POOL_MAX: '999' }) + plan(database(10))],
  ['pods whose list of addresses is empty', pods({ DATABASE_REPLICA_URLS: '', DATABASE_REPLICA_POOL_MAX: '999' }) + plan(database(900), database(10, 'replicateSourceDb: primary', 'replica'))],
  ['a pool that stands in a Secret', deployment('env: [{ name: DATABASE_URL, value: x }, { name: DATABASE_POOL_MAX, valueFrom: { secretKeyRef: { name: a, key: b } } }]') + plan(database(10))],
  ['max_connections by a formula', pods(primary(999)) + plan(database('LEAST({DBInstanceClassMemory/9531392},5000)'))],
  ['max_connections that are decided later', pods(primary(999)) + plan(database('${other.value}'))],
  ['a parameter whose name is decided later', pods(primary(999)) + plan(database(9_999).replace('max_connections', '"${name}"'))],
  ['an instance whose role is decided later', pods(primary(999)) + plan(database(10, tag('"${role}"')))],
  ['a parameter group that is not in the plan', pods(primary(999)) + plan(exampleResource(INSTANCE, 'primary', '{ instanceClass: db.t4g.micro, parameterGroupName: elsewhere }'))],
  ['an instance class of unknown size', pods(primary(999)) + plan(exampleResource(INSTANCE, 'primary', '{ instanceClass: db.x2g.large }'))],
  ['instances behind a proxy', pods(primary(999)) + plan(database(10), exampleResource('aws:rds/proxy:Proxy', 'proxy', '{}'))],
  ['one of several instances that do not say what they are', pods(primary(999)) + plan(database(10), database(10, '', 'other'))],
])('does not judge %s', (_, yaml) => {
  expect(findingsInBoth(rule, yaml)).toEqual([]);
});

it('adds up pods, surge and pools exactly', () => {
  const count = fc.integer({ min: 1, max: 200 });
  fc.assert(fc.property(count, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20_000 }), (most, surgePercent, pool, maxConnections) => {
    const wanted = (most + Math.ceil((most * surgePercent) / 100)) * pool;
    const yaml = pods(primary(pool), `strategy: { rollingUpdate: { maxSurge: ${surgePercent}% } }`) + exampleAutoscaler(`maxReplicas: ${most}`) + plan(database(maxConnections));
    expect(findingsInBoth(rule, yaml)).toHaveLength(wanted + 5 > maxConnections ? 1 : 0);
  }));
});
