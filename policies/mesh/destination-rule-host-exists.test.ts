import { exampleDestination, exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { destinationRuleHostExists as rule } from './destination-rule-host-exists';

itIsARule(rule);

const service = exampleService('{ name: http, port: 80 }');
const host = (name: string): string => service + exampleDestination('trafficPolicy: {}').replace('host: web', `host: ${name}`);
itTellsApart(rule, [
  ['a name that is misspelled', host('web'), host('wbe'), 'spec.host'],
  ['half a name, which Istio does not complete', host('web'), host('web.shop'), 'spec.host'],
  ['two thirds of a name', host('web.shop.svc.cluster.local'), host('web.shop.svc'), 'spec.host'],
]);

it('knows what is elsewhere, and says how to write half a name in full', () => {
  expect(findingsOf(rule, host('api.example.com'))).toEqual([]);
  expect(findingsOf(rule, host('"*.shop.svc.cluster.local"'))).toEqual([]);
  expect(findingsOf(rule, host('web.stock.svc.cluster.local'))).toEqual([]);
  expect(findingsOf(rule, host('web.stock.svc.cluster.local'), { complete: true })).toHaveLength(1);
  expect(findingsOf(rule, host('web.shop'))[0]?.message).toContain('write web.shop.svc.cluster.local');
});
