import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { networkFlowLogs as rule } from './network-flow-logs';

itIsAResourceRule(rule);

const vpc = 'aws:ec2/vpc:Vpc';
const both = exampleResource(vpc, 'a', '{}') + exampleResource(vpc, 'b', '{}');
const log = (name: string): string => exampleResource('aws:ec2/flowLog:FlowLog', name, '{}', [`${vpc}::${name}`]);
itTellsResourcesApart(rule, [['one network of two without', both + log('a') + log('b'), both + log('a'), '']]);
