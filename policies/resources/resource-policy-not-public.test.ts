import { exampleResource } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { resourcePolicyNotPublic as rule } from './resource-policy-not-public';

itIsAResourceRule(rule);

const policy = (statement: string): string => exampleResource('aws:kms/key:Key', 'data', `{ policy: '{"Statement":[{"Action":"kms:*","Resource":"*",${statement}}]}' }`);
const path = 'policy.Statement[0].Principal';
itTellsResourcesApart(rule, [
  ['anybody', policy('"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"}'), policy('"Effect":"Allow","Principal":{"AWS":"*"}'), path],
  ['anybody who is let in', policy('"Effect":"Deny","Principal":"*"'), policy('"Effect":"Allow","Principal":"*"'), path],
  ['anybody from anywhere', policy('"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}'), policy('"Effect":"Allow","Principal":"*"'), path],
]);
