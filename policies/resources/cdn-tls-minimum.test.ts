import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { cdnTlsMinimum as rule } from './cdn-tls-minimum';

itIsAResourceRule(rule, 'warning');

const example = exampleOf('aws:cloudfront/distribution:Distribution');
itTellsResourcesApart(rule, [
  ['an old version', example('{ viewerCertificate: { minimumProtocolVersion: TLSv1.2_2018 } }'), example('{ viewerCertificate: { minimumProtocolVersion: TLSv1.1_2016 } }'), 'viewerCertificate.minimumProtocolVersion'],
  ['CloudFront\'s own certificate', example('{ viewerCertificate: { minimumProtocolVersion: TLSv1.3_2025 } }'), example('{ viewerCertificate: { cloudfrontDefaultCertificate: true } }'), 'viewerCertificate.minimumProtocolVersion'],
]);
