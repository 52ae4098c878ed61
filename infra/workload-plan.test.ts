import { buildManifests, type Manifest } from '../charts/app';
import { at, find } from '../charts/testing';
import { rechain } from '../platform/rechain';
import { environmentNames } from '../platform/spec';
import { CREDENTIALS_ANNOTATION, NoStageError, planWorkloads, stageOf, stages } from './workload-plan';

const charts = buildManifests(rechain, 'production');
const context = { images: new Map([['rechain/web4-service:1.0.0', 'registry/rechain/web4-service@sha256:abc']]), credentialsVersion: 7, targetGroupArn: 'arn:targets' };
const planned = planWorkloads(charts, context);
const one = (kind: string, name: string): Manifest => find([{ name: 'all', manifests: planned.map(({ manifest }) => manifest) }], kind, name);

describe('planWorkloads', () => {
  test.each(environmentNames)('every object of %s has a place in the order', (environment) => {
    const built = buildManifests(rechain, environment);
    expect(planWorkloads(built, context).length).toBeGreaterThanOrEqual(built.flatMap(({ manifests }) => manifests).length);
  });

  test('stages follow one another; the gateway’s pods come last', () => {
    const order = planned.map(({ stage }) => stages.indexOf(stage));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(planned.filter(({ stage }) => stage === 'gateway').map(({ manifest }) => manifest.kind).sort()).toEqual(['Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget']);
    const index = (kind: string, name: string): number => planned.findIndex(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
    expect(index('DestinationRule', 'web4-service')).toBeLessThan(index('VirtualService', 'web4-service'));
    expect(index('TargetGroupBinding', 'gateway')).toBeLessThan(index('Deployment', 'gateway'));
  });

  test('pods run their image by digest and bear the version of their credentials', () => {
    for (const kind of ['Deployment', 'Job'] as const) {
      const { manifest } = planned.find((object) => object.manifest.kind === kind && object.manifest.metadata.name.startsWith('web4-service')) ?? { manifest: undefined };
      expect(at(manifest, 'spec.template.spec.containers.0')).toMatchObject({ image: 'registry/rechain/web4-service@sha256:abc', imagePullPolicy: 'IfNotPresent' });
      expect(at(manifest, `spec.template.metadata.annotations`)).toMatchObject({ [CREDENTIALS_ANNOTATION]: '7' });
    }
    // An image that infra does not know stays as the catalog names it.
    expect(at(one('Deployment', 'web5-service'), 'spec.template.spec.containers.0.image')).toBe('rechain/web5-service:1.0.0');
  });

  test('no Service is awaited, and the gateway’s is bound to the load balancer that exists', () => {
    for (const { manifest } of planned.filter((object) => object.manifest.kind === 'Service')) expect(manifest.metadata.annotations).toMatchObject({ 'pulumi.com/skipAwait': 'true' });
    const gateway = one('Service', 'gateway');
    expect(gateway['spec']).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80, targetPort: 8080 }] });
    expect(JSON.stringify(gateway)).not.toMatch(/load-balancer|loadBalancerClass|allocateLoadBalancerNodePorts/);
    expect(one('TargetGroupBinding', 'gateway')).toMatchObject({ metadata: { namespace: 'rechain-vc-lab' }, spec: { serviceRef: { name: 'gateway', port: 80 }, targetGroupARN: 'arn:targets', targetType: 'ip' } });
  });

  test('what charts built is not changed', () => {
    expect(charts).toEqual(buildManifests(rechain, 'production'));
  });

  test('a kind without a place is refused by name', () => {
    const cronJob: Manifest = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' } };
    expect(() => stageOf(cronJob)).toThrow(NoStageError);
    expect(() => stageOf(cronJob)).toThrow(/CronJob nightly: received kind "CronJob", allowed is one of Namespace, .* Give the kind a stage/);
  });
});
