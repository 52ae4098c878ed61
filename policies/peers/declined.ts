import type { Declined } from './peer';

/** What others ask for and no rule of ours does, with the reason. */
export const declined: readonly Declined[] = [
  {
    ids: { 'kube-linter': 'read-secret-from-env-var', Checkov: 'CKV_K8S_35', Kubescape: 'C-0207' },
    demand: 'Secrets as files, not as variables',
    reason: 'Most programs, ours too, take them from variables. The API and the node protect both alike; who can read the variables of a process can read its files.',
  },
  {
    ids: { istioctl: 'IST0102' },
    demand: 'Each namespace is in the mesh, or says that it is not',
    reason: 'Most namespaces in the world are in no mesh, and nothing is wrong with them.',
  },
  {
    ids: { istioctl: 'IST0103' },
    demand: 'Each pod of the mesh has its proxy',
    reason: 'The proxy is injected as a pod is created: only a running cluster shows whether it was.',
  },
  {
    ids: { Checkov: 'CKV_AWS_305', 'AWS Security Hub': 'CloudFront.1' },
    demand: 'A CDN has a default root object',
    reason: 'It hides the list of a public bucket. Buckets are not public (bucket-not-public), and before an API the root is the API\'s to answer.',
  },
  {
    ids: { Checkov: 'CKV_AWS_310', 'AWS Security Hub': 'CloudFront.4' },
    demand: 'A CDN has a second origin to fail over to',
    reason: 'It fails over reads alone. A second origin is a second region with its own data, which is a decision about the platform and not a setting.',
  },
  {
    ids: { Trivy: 'AWS-0088' },
    demand: 'A bucket is encrypted',
    reason: 'S3 encrypts every object since 2023-01-05, and it cannot be switched off.',
  },
];
