import { groupKindOf, namespaceOf, type SourcedObject } from './manifest';
import { isFields, scalarText, valueAt, type Fields } from './narrow';

/** The pods that an object makes, or is. */
export interface PodTemplate {
  readonly owner: SourcedObject;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Fields;
  /** Where the owner holds labels and annotations, such as `spec.template.metadata`. */
  readonly metadataPath: string;
  /** The pod's spec: containers, volumes and so on. */
  readonly spec: Fields;
  /** Where the owner holds that spec, such as `spec.template.spec`. */
  readonly path: string;
}

/** Where each kind holds its pod template. */
const TEMPLATE_OF_KIND: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['PodTemplate', ['template']],
  ['ReplicationController', ['spec', 'template']],
  ['apps/Deployment', ['spec', 'template']],
  ['apps/StatefulSet', ['spec', 'template']],
  ['apps/DaemonSet', ['spec', 'template']],
  ['apps/ReplicaSet', ['spec', 'template']],
  ['batch/Job', ['spec', 'template']],
  // Of before Kubernetes 1.16: what is wrong with their pods is wrong under any version.
  ['extensions/Deployment', ['spec', 'template']],
  ['extensions/DaemonSet', ['spec', 'template']],
  ['extensions/ReplicaSet', ['spec', 'template']],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  // Of add-ons that take the place of a Deployment.
  ['argoproj.io/Rollout', ['spec', 'template']],
  ['apps.openshift.io/DeploymentConfig', ['spec', 'template']],
]);

/** The labels that the Job controller adds to a Job's pods; selectors may rely on them. */
function controllerLabels({ object }: SourcedObject): Readonly<Record<string, string>> {
  if (groupKindOf(object) !== 'batch/Job') return {};
  return { 'batch.kubernetes.io/job-name': object.metadata.name, 'job-name': object.metadata.name };
}

function fieldsAt(value: unknown, ...names: readonly string[]): Fields {
  const fields = valueAt(value, ...names);
  return isFields(fields) ? fields : {};
}

/** The pod template of `owner`; undefined for kinds that make no pods, and where the template is missing. */
export function podTemplateOf(owner: SourcedObject): PodTemplate | undefined {
  const names = TEMPLATE_OF_KIND.get(groupKindOf(owner.object));
  if (names === undefined) return undefined;
  const template = valueAt(owner.object, ...names);
  const spec = valueAt(template, 'spec');
  if (!isFields(spec)) return undefined;
  return {
    owner,
    namespace: namespaceOf(owner.object),
    // Read when asked for: a stack may not tell them, and most rules need neither.
    get labels() {
      const labels = fieldsAt(template, 'metadata', 'labels');
      return { ...controllerLabels(owner), ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, scalarText(value)])) };
    },
    get annotations() {
      return fieldsAt(template, 'metadata', 'annotations');
    },
    metadataPath: [...names, 'metadata'].join('.'),
    spec,
    path: [...names, 'spec'].join('.'),
  };
}

/** Where an object holds its pod template: `['spec', 'template']`; empty for a Pod, undefined for kinds that make no pods. */
export function templatePathOf(object: SourcedObject['object']): readonly string[] | undefined {
  return TEMPLATE_OF_KIND.get(groupKindOf(object));
}
