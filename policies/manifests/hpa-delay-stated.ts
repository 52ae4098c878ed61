import { exampleDeployment } from '../examples';
import type { SourcedObject } from '../manifest';
import { listOf, numberOf, textOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER } from '../scale-target';
import { secondsToShrink } from '../scaling-time';

/** Where an autoscaler says that a delay is meant, and how long it is. */
const STATEMENTS = { scaleUp: 'rechain.network/scale-up', scaleDown: 'rechain.network/scale-down' } as const;
/** A fleet that has been idle for so long and is still there is one that somebody pays for. */
const LIMIT_SECONDS = 30 * 60;
/** Beyond it nobody asks how long exactly. */
const REPLAYED_SECONDS = 6 * 3_600;
/** The API server's, for a scaleDown without a window. */
const DEFAULT_WINDOW_SECONDS = 300;

function isStated({ object }: SourcedObject, direction: keyof typeof STATEMENTS): boolean {
  return (textOf(valueAt(object, 'metadata', 'annotations', STATEMENTS[direction])) ?? '').trim() !== '';
}

function riseReport(autoscaler: SourcedObject): Report | undefined {
  const received = valueAt(autoscaler.object, 'spec', 'behavior', 'scaleUp', 'stabilizationWindowSeconds');
  if (!(numberOf(received) > 0) || isStated(autoscaler, 'scaleUp')) return undefined;
  return { object: autoscaler, path: 'spec.behavior.scaleUp.stabilizationWindowSeconds', received, message: `holds back every rise by up to ${numberOf(received)} s, and ${STATEMENTS.scaleUp} does not say that this is meant` };
}

function fallReport(autoscaler: SourcedObject): Report | undefined {
  const spec = valueAt(autoscaler.object, 'spec');
  const scaleDown = valueAt(spec, 'behavior', 'scaleDown');
  const policies = listOf(valueAt(scaleDown, 'policies'));
  const [most, least] = [numberOf(valueAt(spec, 'maxReplicas')), numberOf(valueAt(spec, 'minReplicas') ?? 1)];
  if (!(most > least) || policies.length === 0 || isStated(autoscaler, 'scaleDown')) return undefined;
  const window = numberOf(valueAt(scaleDown, 'stabilizationWindowSeconds') ?? DEFAULT_WINDOW_SECONDS);
  const seconds = window + secondsToShrink(scaleDown, policies, most, least, REPLAYED_SECONDS);
  if (!(seconds > LIMIT_SECONDS)) return undefined;
  const duration = seconds === Infinity ? 'more than six hours' : `${Math.ceil(seconds / 60)} minutes`;
  return { object: autoscaler, path: 'spec.behavior.scaleDown.policies', received: policies, message: `from ${most} to ${least} pods takes ${duration}, and ${STATEMENTS.scaleDown} does not say that this is meant` };
}

/** An autoscaler follows the load, or says why it does so late. */
export const hpaDelayStated: Rule = {
  id: 'hpa-delay-stated',
  title: 'An autoscaler that follows the load late says so',
  why: 'A window before a rise overloads the pods that are there. A fleet that takes an hour to shrink is paid for all the while; of policies the smallest decides, which nobody sees.',
  good: exampleDeployment('') + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 100\n  behavior: { scaleDown: { selectPolicy: Max, policies: [{ type: Percent, value: 10, periodSeconds: 60 }, { type: Pods, value: 2, periodSeconds: 60 }] } }'),
  bad: exampleDeployment('') + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 100\n  behavior: { scaleDown: { selectPolicy: Min, policies: [{ type: Percent, value: 10, periodSeconds: 60 }, { type: Pods, value: 2, periodSeconds: 60 }] } }'),
  remedy: `Leave the window of scaleUp at 0 and let the largest policy of scaleDown decide (selectPolicy: Max); or state the choice and its time in the annotations ${Object.values(STATEMENTS).join(' and ')}.`,
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) {
      for (const report of [riseReport(autoscaler), fallReport(autoscaler)]) if (report) yield report;
    }
  },
};
