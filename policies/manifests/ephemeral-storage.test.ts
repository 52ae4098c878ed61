import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { ephemeralStorage as rule } from './ephemeral-storage';

itIsARule(rule, {}, 'warning');

const storage = '{ ephemeral-storage: 1Gi }';
const resources = 'spec.containers[0].resources';

itTellsApart(rule, [
  ['no limit', podOfContainer(`resources: { requests: ${storage}, limits: ${storage} }`), podOfContainer(`resources: { requests: ${storage} }`), `${resources}.limits.ephemeral-storage`],
  ['neither, which a pod as a whole cannot have', podOfContainer(`resources: { limits: ${storage} }`), podOfContainer('', `resources: { limits: ${storage} }`), `${resources}.requests.ephemeral-storage`, `${resources}.limits.ephemeral-storage`],
]);
