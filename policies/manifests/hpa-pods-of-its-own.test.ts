import { exampleDeployment } from '../examples';
import { exampleAutoscaler } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
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
