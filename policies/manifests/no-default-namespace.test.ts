import { itIsARule, itTellsApart } from '../rule-testing';
import { noDefaultNamespace as rule } from './no-default-namespace';

itIsARule(rule);

const job = (metadata: string): string => `{ apiVersion: batch/v1, kind: Job, metadata: { name: web${metadata} }, spec: { template: { spec: { containers: [] } } } }`;

itTellsApart(rule, [
  ['the default namespace', job(', namespace: shop'), job(', namespace: default'), 'metadata.namespace'],
  ['only a namespace that is written: who applies the object may give another', job(''), job(', namespace: default'), 'metadata.namespace'],
]);
