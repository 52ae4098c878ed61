import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { imageTagsImmutable as rule } from './image-tags-immutable';

itIsAResourceRule(rule);

const example = exampleOf('aws:ecr/repository:Repository');
itTellsResourcesApart(rule, [
  ['tags that move', example('{ imageTagMutability: IMMUTABLE }'), example('{ imageTagMutability: MUTABLE }'), 'imageTagMutability'],
  ['tags that nothing is said of', example('{ imageTagMutability: IMMUTABLE_WITH_EXCLUSION }'), example('{}'), 'imageTagMutability'],
]);
