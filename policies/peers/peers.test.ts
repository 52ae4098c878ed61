import { allRules, referenceMarkdown } from '../reference';
import { declined } from './declined';
import { manifestPeers } from './manifest-peers';
import { peerIdsOf, type PeerName } from './peer';
import { peers } from './peers';
import { resourcePeers } from './resource-peers';

const ours = new Set(allRules.map(({ id }) => id));
/** What an id of each looks like. */
const shapes: Readonly<Record<PeerName, RegExp>> = {
  'kube-score': /^[a-z]+(-[a-z]+)+$/,
  'kube-linter': /^[a-z]+(-[a-z0-9]+)+$/,
  Polaris: /^[a-z]+([A-Z]+[a-z]*)+$/,
  Checkov: /^CKV2?_(K8S|AWS)_\d+$/,
  Trivy: /^(KSV|AWS)-\d{4}$/,
  Kubescape: /^C-\d{4}$/,
  istioctl: /^IST\d{4}$/,
  Gixy: /^[a-z]+(_[a-z]+)*$/,
  Kubernetes: /^[A-Z][A-Za-z]+$/,
  'AWS Security Hub': /^[A-Z][A-Za-z0-9]+\.\d+$/,
  'Pulumi AWSGuard': /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/,
};

it.each(Object.entries(peers))('%s is a rule of ours, and others have it under ids that they may have', (rule, ids) => {
  expect(ours).toContain(rule);
  expect(peerIdsOf(ids)).not.toEqual([]);
  for (const { peer, id } of peerIdsOf(ids)) expect([peer, id, shapes[peer].test(id)]).toEqual([peer, id, true]);
  expect(new Set(peerIdsOf(ids).map(({ id }) => id)).size).toBe(peerIdsOf(ids).length);
});

it('a rule is in one of the tables, and ids of Kubernetes are not in that of the cloud', () => {
  expect(Object.keys(manifestPeers).filter((rule) => rule in resourcePeers)).toEqual([]);
  for (const [rule, { Checkov = '' }] of Object.entries(peers)) expect([rule, /_K8S_/.test(Checkov) && rule in resourcePeers, /_AWS_/.test(Checkov) && rule in manifestPeers]).toEqual([rule, false, false]);
});

it('what is declined is found by no rule, and says why', () => {
  const found = new Set(Object.values(peers).flatMap((ids) => peerIdsOf(ids).map(({ id }) => id)));
  for (const { ids, demand, reason } of declined) {
    expect(peerIdsOf(ids).filter(({ id }) => found.has(id))).toEqual([]);
    expect(demand).not.toBe('');
    expect(reason.length).toBeGreaterThan(40);
  }
});

it.each([
  ['container-resources', 'resource-requests'],
  ['pdb-min-available', 'pdb-allows-eviction'],
  ['hpaMinAvailability', 'two-replicas'],
  ['CKV_K8S_43', 'fresh-image'],
  ['KSV-0109', 'no-secret-in-config-map'],
  ['C-0300', 'hpa-target-exists'],
  ['IST0173', 'subset-selects-pod'],
  ['CKV_AWS_161', 'database-login'],
])('whoever searches docs/policies.md for %s finds %s', (id, rule) => {
  const [, section] = referenceMarkdown().split(`\n## ${rule}\n`);
  expect(section?.split('\n## ')[0]).toContain(`\`${id}\``);
});

it('docs/policies.md says what is declined', () => {
  expect(referenceMarkdown()).toMatch(/\| Secrets as files, not as variables \| kube-linter `read-secret-from-env-var`; Checkov `CKV_K8S_35`; Kubescape `C-0207` \| Most /);
});
