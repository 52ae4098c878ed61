import { isUnset } from '../containers';
import { exampleDeployment } from '../examples';
import { formatRequirements, requireLabels, requirementsOf, selects } from '../label-selector';
import { groupKindOf } from '../manifest';
import { valueAt } from '../narrow';
import type { Rule } from '../policy';

/** Those whose selector nobody fills in; a Job's is made for it. */
const KINDS = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'ReplicationController']);

/** A workload selects the pods that it makes. */
export const selectorMatchesTemplate: Rule = {
  id: 'selector-matches-template',
  title: 'A workload selects its own pods',
  why: 'The API server refuses a workload whose selector does not match the labels of its pod template.',
  good: exampleDeployment('replicas: 3'),
  bad: exampleDeployment('replicas: 3').replace('matchLabels: { app: web }', 'matchLabels: { app: wbe }'),
  remedy: 'Make the selector a part of the labels of the pod template. It cannot be changed later, so choose labels that never change.',
  *check(store) {
    for (const { owner, labels } of store.podTemplates()) {
      const kind = groupKindOf(owner.object);
      const selector = valueAt(owner.object, 'spec', 'selector');
      // The schema rule reports one that is missing.
      if (!KINDS.has(kind) || isUnset(selector)) continue;
      const requirements = kind === 'ReplicationController' ? requireLabels(selector) : requirementsOf(selector);
      const message = requirements.length === 0 ? 'must not be empty' : 'does not match the labels of the pod template';
      if (requirements.length > 0 && selects(requirements, labels)) continue;
      yield { object: owner, path: 'spec.selector', received: formatRequirements(requirements), message };
    }
  },
};
