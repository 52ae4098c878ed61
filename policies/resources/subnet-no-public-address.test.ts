import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { subnetNoPublicAddress as rule } from './subnet-no-public-address';

itIsAResourceRule(rule);

const example = exampleOf('aws:ec2/subnet:Subnet');
itTellsResourcesApart(rule, [
  ['public addresses', example('{}'), example('{ mapPublicIpOnLaunch: true }'), 'mapPublicIpOnLaunch'],
]);
