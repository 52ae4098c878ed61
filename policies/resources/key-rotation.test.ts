import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { keyRotation as rule } from './key-rotation';

itIsAResourceRule(rule);

const example = exampleOf('aws:kms/key:Key');
itTellsResourcesApart(rule, [
  ['no rotation', example('{ enableKeyRotation: "${config.rotation}" }'), example('{}'), 'enableKeyRotation'],
  ['no rotation of what could be rotated', example('{ customerMasterKeySpec: RSA_2048, keyUsage: SIGN_VERIFY }'), example('{ customerMasterKeySpec: SYMMETRIC_DEFAULT }'), 'enableKeyRotation'],
]);
