import fc from 'fast-check';
import { exampleDeployment } from '../examples';
import { requirementsOf, selects } from '../label-selector';
import { exampleAutoscaler } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart, objectsIn } from '../rule-testing';
import { ObjectStore } from '../store';
import { hpaPodsOfItsOwn as rule } from './hpa-pods-of-its-own';

itIsARule(rule);

const deployment = (name: string, selector: string, labels = selector, namespace = 'shop'): string =>
  `---${exampleDeployment('').replaceAll('shop', namespace).replace('name: web, namespace', `name: ${name}, namespace`).replace('matchLabels: { app: web }', `matchLabels: ${selector}`).replace('labels: { app: web }', `labels: ${labels}`)}`;
const scaler = (name: string, namespace = 'shop'): string => exampleAutoscaler('maxReplicas: 9').replaceAll('name: web', `name: ${name}`).replaceAll('shop', namespace);
const web = deployment('web', '{ app: web, tier: standard }') + scaler('web');
const premium = '{ app: web, tier: premium }';

itTellsApart(rule, [
  ['equal selectors', web + deployment('other', premium) + scaler('other'), web + deployment('other', '{ app: web, tier: standard }') + scaler('other'), 'spec.scaleTargetRef.name'],
  ['a selector that holds another', web + deployment('other', premium) + scaler('other'), web + deployment('other', '{ app: web }', premium) + scaler('other'), 'spec.scaleTargetRef.name'],
  ['a selector within another', deployment('other', premium) + scaler('other') + web, deployment('other', '{ app: web }', premium) + scaler('other') + web, 'spec.scaleTargetRef.name'],
  ['pods that are both scaled', web + deployment('other', '{ app: web }', premium), web + deployment('other', '{ app: web }', premium) + scaler('other'), 'spec.scaleTargetRef.name'],
  ['pods of one namespace', web + deployment('other', '{ app: web }', premium, 'stock') + scaler('other', 'stock'), web + deployment('other', '{ app: web }', premium) + scaler('other'), 'spec.scaleTargetRef.name'],
]);

it('names the autoscaler that was there first, once', () => {
  const findings = findingsOf(rule, ['a', 'b', 'c'].map((name) => deployment(name, '{ app: web }') + scaler(name)).join(''));
  expect(findings.map(({ name }) => name)).toEqual(['b', 'c']);
  expect(findings[1]?.message).toContain('HorizontalPodAutoscaler a');
});

it('names that one whatever the selectors are', () => {
  const selectors = ['{ app: web, tier: standard }', '{ tier: standard }', '{ app: web }'];
  const findings = findingsOf(rule, selectors.map((selector, index) => deployment(`web-${index}`, selector, '{ app: web, tier: standard }') + scaler(`web-${index}`)).join(''));
  expect(findings.map(({ message }) => /HorizontalPodAutoscaler (\S+)/.exec(message)?.[1])).toEqual(['web-0', 'web-0']);
});

/** A workload for each pair of selector and labels, with its autoscaler. */
const scaled = (workloads: readonly { readonly selector: object; readonly labels: object }[]): string =>
  workloads.map(({ selector, labels }, index) => {
    const metadata = { name: `web-${index}`, namespace: 'shop' };
    const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template: { metadata: { labels }, spec: { containers: [] } } } };
    return `---\n${JSON.stringify(workload)}\n${scaler(metadata.name)}`;
  }).join('');

it('looks once for the pods of selectors that differ in what they refuse', () => {
  const selectors = Array.from({ length: 50 }, (_, index) => ({ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'NotIn', values: [String(index)] }] }));
  const store = new ObjectStore(objectsIn(scaled(selectors.map((selector) => ({ selector, labels: { app: 'web' } })))));
  const findPods = jest.spyOn(store, 'findPods');
  expect([...rule.check(store, {})]).toHaveLength(49);
  expect(findPods).toHaveBeenCalledTimes(1);
});

it('finds what comparing every pod with every selector finds', () => {
  const value = fc.constantFrom('a', 'b', 'c');
  const labels = fc.dictionary(fc.constantFrom('app', 'tier'), value);
  const expression = fc.record({ key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'), values: fc.array(value, { minLength: 1, maxLength: 2 }) });
  const workload = fc.record({ labels, selector: fc.record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 2 }) }) })
    // The API server refuses a workload that does not select its own pods.
    .filter((each) => selects(requirementsOf(each.selector), each.labels));
  fc.assert(fc.property(fc.array(workload, { maxLength: 6 }), (workloads) => {
    const measured = workloads.map(({ selector }) => workloads.flatMap((pod, index) => (requirementsOf(selector).length > 0 && selects(requirementsOf(selector), pod.labels) ? [index] : [])));
    const shared = measured.flatMap((pods, index) => (measured.slice(0, index).some((others) => pods.some((pod) => others.includes(pod))) ? [`web-${index}`] : []));
    expect(findingsOf(rule, scaled(workloads)).map(({ name }) => name)).toEqual(shared);
  }));
});
