import { exampleDeployment } from '../examples';
import type { Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER, scaleTargetOf } from '../scale-target';
import { suggestion } from '../suggestion';

/** Kinds that only the API server's own controllers make pods of: one that is not among the objects is nowhere. */
const OWN_KINDS = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'ReplicationController']);

/** What an autoscaler scales is among the objects. */
export const hpaTargetExists: Rule = {
  id: 'hpa-target-exists',
  title: 'The target of an autoscaler exists',
  why: 'An autoscaler whose target is not there scales nothing, and the workload that was meant keeps its size under any load.',
  good: exampleDeployment('') + exampleAutoscaler('maxReplicas: 9'),
  bad: exampleDeployment('').replace('name: web, namespace', 'name: web-standard, namespace') + exampleAutoscaler('maxReplicas: 9'),
  remedy: 'Name kind and name of a workload in the namespace of the autoscaler.',
  *check(store, { complete }) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      const target = scaleTargetOf(autoscaler.object);
      if (!target || store.find(target.groupKind, target.namespace, target.name)) continue;
      // Another controller's kind may well be made elsewhere.
      if (!OWN_KINDS.has(target.groupKind) && !complete) continue;
      const names = store.namesOf(target.groupKind, target.namespace);
      const message = `there is no ${target.groupKind} of this name in namespace ${target.namespace}${suggestion(target.name, names)}`;
      yield { object: autoscaler, path: 'spec.scaleTargetRef.name', received: target.name, message };
    }
  },
};
