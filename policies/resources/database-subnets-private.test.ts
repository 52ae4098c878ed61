import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseSubnetsPrivate as rule } from './database-subnets-private';

itIsAResourceRule(rule);

const gateway = 'aws:ec2/internetGateway:InternetGateway';
const table = 'aws:ec2/routeTable:RouteTable';
const network = (dependencies: readonly string[], groupOf: string): string => [
  exampleResource(gateway, 'out', '{}'),
  exampleResource(table, 'public', '{ routes: [{ cidrBlock: 0.0.0.0/0, gatewayId: "${out.id}" }] }', dependencies),
  ...['a', 'b'].map((name) => exampleResource('aws:ec2/subnet:Subnet', name, '{}')),
  exampleResource('aws:ec2/routeTableAssociation:RouteTableAssociation', 'a', '{}', ['aws:ec2/subnet:Subnet::a', `${table}::public`]),
  exampleResource('aws:elasticache/subnetGroup:SubnetGroup', 'data', '{}', [`aws:ec2/subnet:Subnet::${groupOf}`]),
].join('');
itTellsResourcesApart(rule, [
  ['a subnet with a route', network([`${gateway}::out`], 'b'), network([`${gateway}::out`], 'a'), ''],
  ['a route to the Internet', network([], 'a'), network([`${gateway}::out`], 'a'), ''],
]);
