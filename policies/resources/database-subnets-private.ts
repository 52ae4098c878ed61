import { listOf, valueAt } from '../narrow';
import { isDecidedLater, type PlannedResource, type ResourceStore } from '../planned-resource';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const GROUPS = ['aws:rds/subnetGroup:SubnetGroup', 'aws:elasticache/subnetGroup:SubnetGroup'] as const;
const [SUBNET, ASSOCIATION, TABLE] = ['aws:ec2/subnet:Subnet', 'aws:ec2/routeTableAssociation:RouteTableAssociation', 'aws:ec2/routeTable:RouteTable'] as const;
const example = (route: string): string => [
  exampleResource(TABLE, 'data', `{ routes: [${route}] }`),
  exampleResource(SUBNET, 'data', '{ cidrBlock: 10.0.0.0/24 }'),
  exampleResource(ASSOCIATION, 'data', '{}', [`${TABLE}::data`, `${SUBNET}::data`]),
  exampleResource(GROUPS[0], 'data', '{}', [`${SUBNET}::data`]),
].join('');

function* internetRoutes(plan: ResourceStore, subnet: PlannedResource): Iterable<string> {
  for (const association of plan.of(ASSOCIATION, subnet, 'subnetId')) {
    for (const table of plan.behind(association, TABLE)) {
      for (const route of listOf(table.inputs['routes'])) {
        const gateway = valueAt(route, 'gatewayId');
        // A symbol tells whose identifier it is: only what the table depends on can be an Internet gateway.
        const isInternet = isDecidedLater(gateway) ? plan.behind(table, 'aws:ec2/internetGateway:InternetGateway').length > 0 : String(gateway).startsWith('igw-');
        if (gateway !== undefined && isInternet) yield table.name;
      }
    }
  }
}

/** Data is in subnets that the Internet has no route to. */
export const databaseSubnetsPrivate: ResourceRule = {
  id: 'database-subnets-private',
  title: 'The subnets of databases and caches have no route to the Internet',
  why: 'One changed security group is then enough to put the data on the Internet.',
  good: example(''),
  bad: example('{ cidrBlock: 0.0.0.0/0, gatewayId: igw-1 }'),
  remedy: 'Give databases subnets whose route table has no Internet gateway.',
  *check(plan) {
    for (const resource of plan.ofType(...GROUPS)) {
      for (const subnet of plan.behind(resource, SUBNET)) {
        const [table] = internetRoutes(plan, subnet);
        if (table !== undefined) yield { resource, path: '', received: subnet.name, message: `subnet ${subnet.name} has a route to the Internet, in route table ${table}` };
      }
    }
  },
};
