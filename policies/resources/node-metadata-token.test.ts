import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { nodeMetadataToken as rule } from './node-metadata-token';

itIsAResourceRule(rule);

const [template, machine] = [exampleOf('aws:ec2/launchTemplate:LaunchTemplate'), exampleOf('aws:ec2/instance:Instance')];
itTellsResourcesApart(rule, [
  ['answers without a token', template('{ metadataOptions: { httpTokens: required } }'), template('{ metadataOptions: { httpTokens: optional } }'), 'metadataOptions.httpTokens'],
  ['what nothing is said of', machine('{ metadataOptions: { httpTokens: required } }'), machine('{}'), 'metadataOptions.httpTokens'],
  ['what answers at all', template('{ metadataOptions: { httpEndpoint: disabled } }'), template('{ metadataOptions: { httpEndpoint: enabled } }'), 'metadataOptions.httpTokens'],
]);
