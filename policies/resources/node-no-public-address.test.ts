import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { nodeNoPublicAddress as rule } from './node-no-public-address';

itIsAResourceRule(rule);

const [template, machine] = [exampleOf('aws:ec2/launchTemplate:LaunchTemplate'), exampleOf('aws:ec2/instance:Instance')];
itTellsResourcesApart(rule, [
  ['an address by template', template('{ networkInterfaces: [{}] }'), template('{ networkInterfaces: [{}, { associatePublicIpAddress: true }] }'), 'networkInterfaces[1].associatePublicIpAddress'],
  ['an address', machine('{ associatePublicIpAddress: "${config.public}" }'), machine('{ associatePublicIpAddress: true }'), 'associatePublicIpAddress'],
]);
