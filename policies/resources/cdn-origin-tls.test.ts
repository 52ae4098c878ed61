import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cdnOriginTls as rule } from './cdn-origin-tls';

itIsAResourceRule(rule);

const [distribution, vpcOrigin] = [exampleOf('aws:cloudfront/distribution:Distribution'), exampleOf('aws:cloudfront/vpcOrigin:VpcOrigin')];
const origin = (config: string): string => distribution(`{ origins: [{ originId: a }, { customOriginConfig: { ${config} } }] }`);
itTellsResourcesApart(rule, [
  ['whatever the client used', origin('originProtocolPolicy: https-only'), origin('originProtocolPolicy: match-viewer'), 'origins[1].customOriginConfig.originProtocolPolicy'],
  ['a broken version', origin('originProtocolPolicy: https-only, originSslProtocols: [TLSv1.2]'), origin('originProtocolPolicy: https-only, originSslProtocols: [TLSv1.2, TLSv1.1]'), 'origins[1].customOriginConfig.originSslProtocols'],
  ['plain text within a network', vpcOrigin('{ vpcOriginEndpointConfig: { originProtocolPolicy: https-only } }'), vpcOrigin('{ vpcOriginEndpointConfig: { originProtocolPolicy: http-only } }'), 'vpcOriginEndpointConfig.originProtocolPolicy'],
]);
