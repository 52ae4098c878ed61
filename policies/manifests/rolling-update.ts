import { exampleDeployment } from '../examples';
import { groupKindOf } from '../manifest';
import { isFields, listOf, valueAt } from '../narrow';
import type { PodTemplate } from '../pod-template';
import type { Report, Rule } from '../policy';
import { servedPods } from '../served-pods';

/** Most volumes can be held by one node at a time: the new pod would wait for the old one for ever. */
function holdsVolume({ spec }: PodTemplate): boolean {
  return listOf(spec['volumes']).some((volume) => isFields(valueAt(volume, 'persistentVolumeClaim')));
}

function reportOn({ owner }: PodTemplate): Report | undefined {
  const type = valueAt(owner.object, 'spec', 'strategy', 'type');
  if (type === 'Recreate') return { object: owner, path: 'spec.strategy.type', received: type, message: 'must be RollingUpdate for pods to which others connect' };
  const maxUnavailable = valueAt(owner.object, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  if (maxUnavailable !== '100%') return undefined;
  return { object: owner, path: 'spec.strategy.rollingUpdate.maxUnavailable', received: maxUnavailable, message: 'must leave some of the pods to serve' };
}

/** A Deployment that serves goes on serving while it is updated. */
export const rollingUpdate: Rule = {
  id: 'rolling-update',
  title: 'Serving Deployments are updated pod by pod',
  why: 'Recreate ends all pods before it starts a new one: every roll-out is an outage.',
  good: exampleDeployment('strategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 0, maxSurge: 25% } }'),
  bad: exampleDeployment('strategy: { type: Recreate }'),
  remedy: 'Use RollingUpdate with maxUnavailable: 0. Where two versions must not run at once, make them able to.',
  *check(store) {
    for (const pod of servedPods(store)) {
      if (groupKindOf(pod.owner.object) !== 'apps/Deployment' || holdsVolume(pod)) continue;
      const report = reportOn(pod);
      if (report) yield report;
    }
  },
};
