import { findingsOf, itIsARule, itTellsApart, podOf } from '../rule-testing';
import { restrictedVolumeTypes as rule } from './restricted-volume-types';

itIsARule(rule);

const volumes = (...types: readonly string[]): string => podOf(`volumes: [{ name: none }, ${types.map((type) => `{ name: a, ${type}: {} }`).join(', ')}]`);
const allowed = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'];

itTellsApart(rule, ['hostPath', 'nfs', 'gitRepo', 'awsElasticBlockStore', 'iscsi', 'anythingElse'].map((type) => [type, volumes(...allowed), volumes('secret', type), `spec.volumes[2].${type}`]));

it('shows the path on the node, and says what a socket of the container runtime opens', () => {
  const onNode = (path: string): string => podOf(`volumes: [{ name: a, hostPath: { path: ${path} } }]`);
  for (const socket of ['/var/run/docker.sock', '/run/containerd/containerd.sock', '/var/run/crio/crio.sock']) {
    expect(findingsOf(rule, onNode(socket))).toMatchObject([{ received: `"${socket}"`, message: expect.stringContaining('container runtime') }]);
  }
  expect(findingsOf(rule, onNode('/etc'))).toMatchObject([{ received: '"/etc"', message: 'gives access to files of the node' }]);
});
