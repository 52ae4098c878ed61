import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const [VPC, FLOW_LOG] = ['aws:ec2/vpc:Vpc', 'aws:ec2/flowLog:FlowLog'] as const;
const vpc = exampleResource(VPC, 'vpc', '{ cidrBlock: 10.0.0.0/16 }');

/** Connections in a network are recorded. */
export const networkFlowLogs: ResourceRule = {
  id: 'network-flow-logs',
  title: 'A network has flow logs',
  why: 'After a break-in nobody knows who talked to whom.',
  good: vpc + exampleResource(FLOW_LOG, 'flow-logs', '{ vpcId: "${vpc.id}", trafficType: ALL }', [`${VPC}::vpc`]),
  bad: vpc,
  remedy: 'Add an aws.ec2.FlowLog of the VPC.',
  *check(plan) {
    for (const resource of plan.ofType(VPC)) {
      if (!plan.hasDependent(resource, FLOW_LOG)) yield { resource, path: '', received: undefined, message: 'must have a flow log' };
    }
  },
};
