import fc from 'fast-check';
import { exampleDeployment } from '../examples';
import { exampleAutoscaler, exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { exampleNginx } from './examples';
import { nginxLimitFitsTargets as rule } from './nginx-limit-fits-targets';

itIsARule(rule);

const requests = (target: string, name = 'http_requests_per_second'): string => `metrics: [{ type: Pods, pods: { metric: { name: ${name} }, target: { type: AverageValue, averageValue: "${target}" } } }]`;
/** A Service whose fleet is scaled for so many requests a second. */
const fleet = (least: number, most: number, metrics = requests('100')): string =>
  exampleDeployment('') + exampleService('{ name: http, port: 80, targetPort: http }') + exampleAutoscaler(`minReplicas: ${least}\n  maxReplicas: ${most}\n  ${metrics}`);
/** The gateway's own pods. */
const pods = (least: number, most: number): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: shop }
spec: { selector: { matchLabels: { app: gateway } }, template: { metadata: { labels: { app: gateway } }, spec: { volumes: [{ name: c, configMap: { name: gateway } }], containers: [{ name: nginx, image: nginx:1 }] } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: gateway, namespace: shop }
spec: { minReplicas: ${least}, maxReplicas: ${most}, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: gateway } }
---`;
const zone = (rate: string, key = '$binary_remote_addr', name = 'limit'): string => `limit_req_zone ${key} zone=${name}:10m rate=${rate};`;
const nginx = (zones: string, limits = 'limit_req zone=limit;', target = 'http://web'): string => exampleNginx(...zones.split('\n'), `server {\n  location / {\n    ${limits}\n    proxy_pass ${target};\n  }\n}`);

const PATH = 'data["nginx.conf"]';
itTellsApart(rule, [
  ['a client that may take the smallest fleet', `${fleet(3, 9)}---${nginx(zone('299r/s'))}`, `${fleet(3, 9)}---${nginx(zone('300r/s'))}`, PATH],
  ['a rate by the minute', `${fleet(3, 9)}---${nginx(zone('17999r/m'))}`, `${fleet(3, 9)}---${nginx(zone('18000r/m'))}`, PATH],
  ['that each gateway pod counts by itself', `${fleet(3, 9)}${pods(2, 2)}${nginx(zone('149r/s'))}`, `${fleet(3, 9)}${pods(2, 2)}${nginx(zone('150r/s'))}`, PATH],
  ['a gateway that grows beyond its fleet', `${fleet(3, 9)}${pods(1, 44)}${nginx(zone('20r/s'))}`, `${fleet(3, 9)}${pods(1, 45)}${nginx(zone('20r/s'))}`, PATH],
  ['a target in thousandths', `${fleet(3, 9, requests('100'))}---${nginx(zone('200r/s'))}`, `${fleet(3, 9, requests('50000m'))}---${nginx(zone('200r/s'))}`, PATH],
  ['the strictest limit for a client', `${fleet(3, 9)}---${nginx(`${zone('900r/s')}\n${zone('10r/s', '$remote_addr', 'strict')}`, 'limit_req zone=limit; limit_req zone=strict;')}`, `${fleet(3, 9)}---${nginx(`${zone('900r/s')}\n${zone('10r/s', '$remote_addr', 'strict')}`)}`, PATH],
  ['a total above the largest fleet', `${fleet(3, 9)}---${nginx(zone('900r/s', '$server_name'))}`, `${fleet(3, 9)}---${nginx(zone('901r/s', '$server_name'))}`, PATH],
  ['a total below the smallest fleet', `${fleet(3, 9)}${pods(2, 10)}${nginx(zone('30r/s', 'all'))}`, `${fleet(3, 9)}${pods(2, 10)}${nginx(zone('29r/s', 'all'))}`, PATH],
  ['a Service behind an upstream', `${fleet(3, 9)}---${nginx(`${zone('299r/s')}\nupstream web_pods { server web.shop.svc.cluster.local; }`, undefined, 'http://web_pods')}`, `${fleet(3, 9)}---${nginx(`${zone('300r/s')}\nupstream web_pods { server web.shop.svc.cluster.local; }`, undefined, 'http://web_pods')}`, PATH],
]);

it.each([
  ['a fleet that is not scaled by requests', `${fleet(1, 1, 'metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]')}---${nginx(zone('9999r/s'))}`],
  ['a metric of another kind', `${fleet(1, 1, requests('1', 'queue_length'))}---${nginx(zone('9999r/s'))}`],
  ['a metric of requests that is no rate', `${fleet(1, 1, requests('1', 'requests_in_flight'))}---${nginx(zone('9999r/s'))}`],
  ['a key of which it is not known whom it counts', `${fleet(1, 1)}---${nginx(zone('9999r/s', '$host'))}`],
  ['a zone that no location uses', `${fleet(1, 1)}---${nginx(zone('9999r/s'), '')}`],
  ['a total of gateway pods that are not known', `${fleet(9, 9)}---${nginx(zone('1r/s', 'all'))}`],
  ['who is not among the manifests', `${fleet(1, 1)}---${nginx(zone('9999r/s'), undefined, 'http://other')}`],
])('does not judge %s', (_, yaml) => {
  expect(findingsOf(rule, yaml)).toEqual([]);
});

it('finds a client that may take a fleet at its fewest or its most, and no other', () => {
  const count = fc.integer({ min: 1, max: 60 });
  fc.assert(fc.property(count, count, count, count, fc.integer({ min: 1, max: 5_000 }), (least, more, gatewayLeast, gatewayMore, perSecond) => {
    const [most, gatewayMost] = [least + more, gatewayLeast + gatewayMore];
    const takesAll = perSecond * gatewayLeast >= least * 100 || perSecond * gatewayMost >= most * 100;
    expect(findingsOf(rule, `${fleet(least, most)}${pods(gatewayLeast, gatewayMost)}${nginx(zone(`${perSecond}r/s`))}`)).toHaveLength(takesAll ? 1 : 0);
  }));
});
