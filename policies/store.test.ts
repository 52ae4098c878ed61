import { requirementsOf } from './label-selector';
import { objectsIn, podWith } from './rule-testing';
import { ObjectStore } from './store';

const storeOf = (yaml: string): ObjectStore => new ObjectStore(objectsIn(yaml));
const pod = '{ metadata: { labels: { app: web } }, spec: { containers: [] } }';

describe('objects by kind and name', () => {
  const store = storeOf(`
{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop } }
---
{ apiVersion: serving.knative.dev/v1, kind: Service, metadata: { name: web, namespace: shop } }
---
{ apiVersion: v1, kind: Service, metadata: { name: web } }
`);

  it('are those of the API group, in any version', () => {
    expect(store.ofKind('Service')).toHaveLength(2);
    expect(store.ofKind('serving.knative.dev/Service')).toHaveLength(1);
    expect(store.ofKind('apps/Service')).toEqual([]);
  });

  it('are the first of their name where there are several', () => {
    const twins = storeOf('{ apiVersion: v1, kind: Service, metadata: { name: web } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: web } }');
    expect(twins.find('Service', '', 'web')).toBe(twins.objects[0]);
  });

  it('are found in their namespace only', () => {
    expect(store.find('Service', 'shop', 'web')).toBe(store.objects[0]);
    expect(store.find('Service', '', 'web')).toBe(store.objects[2]);
    expect(store.find('Service', 'stock', 'web')).toBeUndefined();
    expect(store.find('Service', 'shop', 'api')).toBeUndefined();
  });
});

describe('pod templates', () => {
  it.each([
    ['apps/v1', 'Deployment', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['apps/v1', 'StatefulSet', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['apps/v1', 'DaemonSet', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['apps/v1', 'ReplicaSet', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['extensions/v1beta1', 'Deployment', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['extensions/v1beta1', 'DaemonSet', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['extensions/v1beta1', 'ReplicaSet', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['batch/v1', 'Job', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['argoproj.io/v1alpha1', 'Rollout', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['apps.openshift.io/v1', 'DeploymentConfig', `spec: { template: ${pod} }`, 'spec.template.spec'],
    ['batch/v1', 'CronJob', `spec: { jobTemplate: { spec: { template: ${pod} } } }`, 'spec.jobTemplate.spec.template.spec'],
    ['v1', 'PodTemplate', `template: ${pod}`, 'template.spec'],
    ['v1', 'ReplicationController', `spec: { template: ${pod} }`, 'spec.template.spec'],
  ])('are found in a %s %s', (apiVersion, kind, fields, path) => {
    const store = storeOf(`{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web, namespace: shop }, ${fields} }`);
    expect(store.podTemplates('shop')).toMatchObject([{ path, labels: { app: 'web' }, spec: { containers: [] } }]);
    expect(store.podTemplates('stock')).toEqual([]);
  });

  it('are found in a Pod, and not in a kind that makes none', () => {
    expect(storeOf(podWith('{ app: web }')).podTemplates('shop')).toMatchObject([{ path: 'spec', labels: { app: 'web' } }]);
    expect(storeOf(`{ apiVersion: example.com/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { template: ${pod} } }`).podTemplates()).toEqual([]);
  });

  it('of all namespaces are found together', () => {
    expect(storeOf(podWith('{ app: web }') + podWith('{ app: web }', 'stock')).podTemplates()).toHaveLength(2);
  });
});

describe('the pods that a selector finds', () => {
  const store = storeOf(podWith('{ app: web, tier: standard }') + podWith('{ app: web, tier: premium }') + podWith('{ app: api, tier: premium }') + podWith('{ app: web }', 'stock'));
  const found = (selector: unknown): unknown[] => store.findPods('shop', requirementsOf(selector)).map(({ labels }) => `${labels['app']} ${labels['tier']}`);

  it('are all of its namespace, each once', () => {
    expect(found({ matchLabels: { app: 'web' } })).toEqual(['web standard', 'web premium']);
    expect(found({ matchLabels: { app: 'web', tier: 'premium' } })).toEqual(['web premium']);
    expect(found({ matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web', 'api'] }] })).toHaveLength(3);
    expect(found({})).toHaveLength(3);
    expect(found({ matchLabels: { app: 'wbe' } })).toEqual([]);
  });
});

describe('the pod that a selector finds', () => {
  const store = storeOf(podWith('{ app: web, tier: standard }') + podWith('{ app: web, tier: premium, canary: "yes" }') + podWith('{ app: api }', 'stock'));
  const found = (selector: unknown, namespace = 'shop'): string | undefined => store.findPod(namespace, requirementsOf(selector))?.labels['tier'];
  const expression = (key: string, operator: string, ...values: string[]): unknown => ({ matchExpressions: [{ key, operator, values }] });

  it.each([
    ['all labels', { matchLabels: { app: 'web', tier: 'premium' } }, { matchLabels: { app: 'api', tier: 'premium' } }],
    ['In', expression('tier', 'In', 'basic', 'premium'), expression('tier', 'In', 'basic')],
    ['NotIn', expression('tier', 'NotIn', 'standard'), { ...(expression('tier', 'NotIn', 'standard', 'premium') as object), matchLabels: { app: 'web' } }],
    ['Exists', expression('canary', 'Exists'), expression('region', 'Exists')],
    ['DoesNotExist', { matchLabels: { tier: 'premium' }, ...(expression('region', 'DoesNotExist') as object) }, expression('app', 'DoesNotExist')],
    ['labels and expressions together', { matchLabels: { app: 'web' }, ...(expression('canary', 'Exists') as object) }, { matchLabels: { tier: 'standard' }, ...(expression('canary', 'Exists') as object) }],
  ])('matches %s', (_, matching, other) => {
    expect(found(matching)).toBe('premium');
    expect(found(other)).toBeUndefined();
  });

  it('is any for an empty selector, in a namespace with pods', () => {
    expect(found({})).toBe('standard');
    expect(found({}, 'empty')).toBeUndefined();
  });

  it('lacks the label that NotIn is about, or has another value', () => {
    expect(found(expression('region', 'NotIn', 'eu'))).toBe('standard');
  });

  it('is none for an operator that does not exist', () => {
    expect(found(expression('tier', 'Like', 'premium'))).toBeUndefined();
  });
});
