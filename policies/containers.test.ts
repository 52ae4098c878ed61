import { allContainers, containersOf, effectiveSetting, isWindows, runningContainersOf, settingOf, settingsInContexts, unmetSettings } from './containers';
import type { PodTemplate } from './pod-template';
import { objectsIn, podOf } from './rule-testing';
import { ObjectStore } from './store';

function templateOf(yaml: string): PodTemplate {
  const template = new ObjectStore(objectsIn(yaml)).podTemplates()[0];
  if (!template) throw new Error('no pod template');
  return template;
}
const pod = templateOf(
  podOf(`
    securityContext: { runAsUser: 1, seccompProfile: { type: a } },
    initContainers: [{ name: i }, { name: s, restartPolicy: Always }],
    containers: [{ name: a, securityContext: { runAsUser: 2 } }, null, text, { name: b, restartPolicy: Always, securityContext: { runAsUser: null } }],
    ephemeralContainers: [{ name: e, securityContext: { seccompProfile: { type: b } } }]`),
);
const named = (name: string) => {
  const container = [...containersOf(pod)].find(({ fields }) => fields['name'] === name);
  if (!container) throw new Error(`no container ${name}`);
  return container;
};

describe('the containers of a pod', () => {
  it('are all that are objects, with their roles and paths', () => {
    expect(Array.from(containersOf(pod), ({ role, path }) => `${role} ${path}`)).toEqual([
      'init spec.initContainers[0]', 'sidecar spec.initContainers[1]', 'main spec.containers[0]', 'main spec.containers[3]', 'ephemeral spec.ephemeralContainers[0]',
    ]);
  });

  it('run beside one another if they are main ones or sidecars', () => {
    expect(Array.from(runningContainersOf(pod), ({ fields }) => fields['name'])).toEqual(['s', 'a', 'b']);
  });

  it.each([
    ['v1', 'PodTemplate', 'template: POD', 'template.spec.containers[0]'],
    ['v1', 'ReplicationController', 'spec: { template: POD }', 'spec.template.spec.containers[0]'],
    ['apps/v1', 'Deployment', 'spec: { template: POD }', 'spec.template.spec.containers[0]'],
    ['apps/v1', 'StatefulSet', 'spec: { template: POD }', 'spec.template.spec.containers[0]'],
    ['apps/v1', 'DaemonSet', 'spec: { template: POD }', 'spec.template.spec.containers[0]'],
    ['apps/v1', 'ReplicaSet', 'spec: { template: POD }', 'spec.template.spec.containers[0]'],
    ['batch/v1', 'Job', 'spec: { template: POD }', 'spec.template.spec.containers[0]'],
    ['batch/v1', 'CronJob', 'spec: { jobTemplate: { spec: { template: POD } } }', 'spec.jobTemplate.spec.template.spec.containers[0]'],
  ])('are found in a %s %s', (apiVersion, kind, fields, path) => {
    const yaml = `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: web }, ${fields.replace('POD', '{ spec: { containers: [{ name: a }] } }')} }`;
    expect(Array.from(allContainers(new ObjectStore(objectsIn(yaml))), (container) => container.path)).toEqual([path]);
  });
});

describe('a setting', () => {
  it('is found where it would be, even if nothing is there', () => {
    expect(settingOf(named('i'), 'securityContext', 'runAsUser')).toEqual({ value: undefined, path: 'spec.initContainers[0].securityContext.runAsUser' });
  });

  it('takes effect from the container, else from the pod', () => {
    expect(effectiveSetting(named('a'), 'runAsUser')).toEqual({ value: 2, path: 'spec.containers[0].securityContext.runAsUser' });
    expect(effectiveSetting(named('b'), 'runAsUser')).toEqual({ value: 1, path: 'spec.securityContext.runAsUser' });
    expect(effectiveSetting(named('b'), 'runAsGroup')).toEqual({ value: undefined, path: 'spec.containers[3].securityContext.runAsGroup' });
  });

  it('is listed wherever it is set', () => {
    expect([...settingsInContexts(pod, 'runAsUser')].map(({ value }) => value)).toEqual([1, 2]);
  });

  it('is unmet where it is wrong, or where nobody sets it', () => {
    const unmet = (isMet: (value: unknown) => boolean, name: string): string[] => Array.from(unmetSettings(pod, isMet, name), ({ path }) => path);
    expect(unmet((value) => value === 1, 'runAsUser')).toEqual(['spec.containers[0].securityContext.runAsUser']);
    expect(unmet((value) => value === 2, 'runAsUser')).toEqual(['spec.securityContext.runAsUser']);
    expect(unmet(() => true, 'runAsGroup')).toHaveLength(5);
    expect(unmet(() => true, 'runAsUser')).toEqual([]);
  });
});

it('tells Windows by what the pod says', () => {
  expect(isWindows(templateOf(podOf('os: { name: windows }')))).toBe(true);
  expect(isWindows(templateOf(podOf('os: { name: linux }')))).toBe(false);
  expect(isWindows(pod)).toBe(false);
});
