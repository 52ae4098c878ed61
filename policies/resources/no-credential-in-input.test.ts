import { exampleResource } from '../resource-examples';
import { findingsInPlan, itIsAResourceRule, itTellsResourcesApart, resourcesIn } from '../resource-testing';
import { noCredentialInInput as rule } from './no-credential-in-input';

itIsAResourceRule(rule);

const resource = (inputs: string): string => exampleResource('aws:any/thing:Thing', 'a', inputs);
const secret = (inputs: string): string => exampleResource('kubernetes:core/v1:Secret', 'a', inputs);
itTellsResourcesApart(rule, [
  ['a password', resource('{ password: "${database.result}" }'), resource('{ password: Kq8sLw2Zp0 }'), 'password'],
  ['one deep inside', resource('{ settings: [{ authToken: "[secret]" }] }'), resource('{ settings: [{ authToken: Kq8sLw2Zp0Kq8sLw2Zp0 }] }'), 'settings[0].authToken'],
  ['a key by its shape', resource('{ note: AKIAIOSFODNN7EXAMPLE }'), resource('{ note: AKIAIOSFODNN7ABCDEFG }'), 'note'],
  ['a password in an address', resource('{ url: "postgres://app:${password}@db:5432/app" }'), resource('{ url: "postgres://app:Kq8sLw2Zp0@${primary.address}:5432/app" }'), 'url'],
  ['plain data of a Secret', secret('{ stringData: "[secret]" }'), secret('{ stringData: { any: text } }'), 'stringData'],
]);

it('shows none', () => {
  expect(JSON.stringify(findingsInPlan(rule, resourcesIn(resource('{ password: Kq8sLw2Zp0 }'))))).not.toContain('Kq8sLw2Zp0');
});
