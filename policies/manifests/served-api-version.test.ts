import { findingsOf, itIsARule } from '../rule-testing';
import { servedApiVersion as rule } from './served-api-version';

itIsARule(rule);

const object = (apiVersion: string, kind: string): string => `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web } }`;
const messages = (yaml: string, minor: number): string[] => findingsOf(rule, yaml, { kubernetesVersion: { major: 1, minor } }).map(({ message }) => message);

it('tells what is served, deprecated and gone by the version of the cluster', () => {
  const cron = object('batch/v1beta1', 'CronJob');
  expect(messages(cron, 20)).toEqual([]);
  expect(messages(cron, 21)).toEqual(['deprecated since Kubernetes 1.21, and removed in 1.25']);
  expect(messages(cron, 24)).toHaveLength(1);
  expect(messages(cron, 25)).toEqual(['Kubernetes 1.25 does not serve it: it was removed in 1.25']);
});

it('judges by kind where a version has several fates', () => {
  expect(messages(object('extensions/v1beta1', 'Ingress'), 17)[0]).toMatch(/^deprecated/);
  expect(messages(object('extensions/v1beta1', 'Deployment'), 17)[0]).toMatch(/^Kubernetes 1.17 does not serve it/);
  expect(messages(object('storage.k8s.io/v1beta1', 'VolumeAttributesClass'), 34)).toEqual([]);
});

it('names what replaces it', () => {
  expect(findingsOf(rule, object('policy/v1beta1', 'PodDisruptionBudget'))[0]?.remedy).toBe('Write the object as policy/v1.');
  expect(findingsOf(rule, object('policy/v1beta1', 'PodSecurityPolicy'))[0]?.remedy).toMatch(/^Remove it/);
});

it('finds nothing in stable versions', () => {
  expect(messages(object('apps/v1', 'Deployment'), 99)).toEqual([]);
});
