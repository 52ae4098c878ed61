import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { clusterSecretsEncrypted as rule } from './cluster-secrets-encrypted';

itIsAResourceRule(rule);

const example = exampleOf('aws:eks/cluster:Cluster');
itTellsResourcesApart(rule, [
  ['no encryption', example('{ encryptionConfig: { resources: [secrets] } }'), example('{}'), 'encryptionConfig.resources'],
  ['encryption of nothing', example('{ encryptionConfig: "(known once it exists)" }'), example('{ encryptionConfig: { resources: [] } }'), 'encryptionConfig.resources'],
]);
