import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { keyDeletionWindow as rule } from './key-deletion-window';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:kms/key:Key');
itTellsResourcesApart(rule, [
  ['a short time', example('{ deletionWindowInDays: 14 }'), example('{ deletionWindowInDays: 13 }'), 'deletionWindowInDays'],
  ['a shorter time than the default', example('{}'), example('{ deletionWindowInDays: "7" }'), 'deletionWindowInDays'],
]);
