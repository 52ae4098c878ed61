import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cdnFirewall as rule } from './cdn-firewall';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:cloudfront/distribution:Distribution');
itTellsResourcesApart(rule, [
  ['none', example('{ webAclId: "${firewall.arn}" }'), example('{}'), 'webAclId'],
  ['an empty one', example('{ webAclId: arn:aws:wafv2:us-east-1:1:global/webacl/a/b }'), example('{ webAclId: "" }'), 'webAclId'],
]);
