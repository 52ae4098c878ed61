import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { noWildcardAction as rule } from './no-wildcard-action';

itIsAResourceRule(rule);

const policy = (statement: string, type = 'aws:iam/policy:Policy'): string => exampleResource(type, 'web', `{ policy: '{"Statement":${statement}}' }`);
const attachment = (arn: string): string => exampleResource('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'web', `{ policyArn: "${arn}" }`);
const path = 'policy.Statement[0].Action';
itTellsResourcesApart(rule, [
  ['every action', policy('[{"Effect":"Deny","Action":"*","Resource":"*"}]'), policy('[{"Effect":"Allow","Action":"*","Resource":"*"}]'), path],
  ['every action on one thing', policy('{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::a/*"}'), policy('{"Effect":"Allow","Action":["s3:Get*","*"],"Resource":"arn:aws:s3:::a/*"}'), path],
  ['every action of a service on everything', policy('{"Effect":"Allow","Action":["s3:*"],"Resource":["${a.arn}"]}'), policy('{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}'), path],
  ['everything but', policy('{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}'), policy('{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}'), 'policy.Statement[0].NotAction'],
  ['every action in the key policy of nobody but a role', policy('[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]', 'aws:kms/key:Key'), policy('[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]'), path],
  ['the policy of administrators', attachment('arn:aws:iam::aws:policy/AmazonEKSClusterPolicy'), attachment('arn:aws:iam::aws:policy/AdministratorAccess'), 'policyArn'],
  ['every action in an object', exampleResource('aws:iam/policy:Policy', 'web', '{ policy: "${web.json}" }'), exampleResource('aws:iam/policy:Policy', 'web', '{ policy: { Statement: [{ Effect: Allow, Action: "*" }] } }'), path],
]);
