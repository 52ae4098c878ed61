import type { ClusterSpec } from '../platform/cloud-spec';
import { resolveEnvironment } from '../platform/environments';
import { rechain } from '../platform/rechain';
import { imagePlatforms, planImages } from './image-plan';

const production = resolveEnvironment(rechain, 'production');

test('our services are built, the gateway’s image is mirrored', () => {
  const plans = planImages(production);
  expect(plans.map(({ repository, tag, source }) => [repository, tag, source.kind])).toEqual([
    ['rechain-production/blockchain-service', '1.0.0', 'build'], ['rechain-production/web4-service', '1.0.0', 'build'], ['rechain-production/web5-service', '1.0.0', 'build'], ['rechain-production/mirror/nginx-unprivileged', '1.27.3-alpine', 'mirror'],
  ]);
  expect(plans[1]?.source).toEqual({ kind: 'build', service: 'web4' });
});

test('one image of several services is built once; one by digest is taken as it is', () => {
  const digest = `rechain/web4-service@sha256:${'a'.repeat(64)}`;
  const services = production.services.map((service) => ({ ...service, image: digest }));
  expect(planImages({ ...production, services })).toHaveLength(2);
  expect(planImages({ ...production, services })[0]).toEqual({ image: digest, repository: 'rechain-production/mirror/web4-service', tag: 'a'.repeat(12), source: { kind: 'mirror', from: digest } });
});

test('a registry’s port is no tag', () => {
  expect(planImages({ ...production, gateway: { ...production.gateway, image: 'registry.example.com:5000/nginx:1.27' } }).at(-1)).toMatchObject({ repository: 'rechain-production/mirror/nginx', tag: '1.27' });
});

test('images are built for what nodes run', () => {
  const nodes = (type: string) => ({ instanceTypes: [type], diskGiB: 50 });
  const cluster = (type: string): ClusterSpec => ({ kind: 'new', kubernetesVersion: '1.35', publicAccess: [], administrators: [], onDemand: nodes(type), spot: nodes(type) });
  expect(imagePlatforms(cluster('m7g.large'))).toEqual(['linux/arm64']);
  expect(imagePlatforms(cluster('m6i.large'))).toEqual(['linux/amd64']);
});
