import { rechain } from '../platform/rechain';
import { buildManifests } from './app';
import { at, find } from './testing';

const charts = buildManifests(rechain, 'production');

test('snapshot', () => {
  expect(charts[0]?.manifests).toMatchSnapshot();
});

test('the namespace comes first, with sidecars injected and restricted Pod Security', () => {
  expect(charts[0]?.manifests[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'rechain-vc-lab', labels: { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' } } });
});

test('nothing goes in or out by default', () => {
  expect(at(find(charts, 'NetworkPolicy', 'default-deny'), 'spec')).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
});
