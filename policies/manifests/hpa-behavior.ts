import { exampleDeployment } from '../examples';
import type { SourcedObject } from '../manifest';
import { isFields, listOf, numberOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { exampleAutoscaler } from '../relation-examples';
import { AUTOSCALER } from '../scale-target';

/** What the API server allows (ValidateHorizontalPodAutoscaler); the published schema does not say it. */
const MAX_PERIOD_SECONDS = 1_800;
const MAX_WINDOW_SECONDS = 3_600;

function* policyReports(autoscaler: SourcedObject, policies: unknown, path: string): Iterable<Report> {
  if (Array.isArray(policies) && policies.length === 0) yield { object: autoscaler, path, received: policies, message: 'must hold at least one policy, or be left out' };
  for (const [index, policy] of listOf(policies).entries()) {
    const period = valueAt(policy, 'periodSeconds');
    const value = valueAt(policy, 'value');
    if (numberOf(period) < 1 || numberOf(period) > MAX_PERIOD_SECONDS) {
      yield { object: autoscaler, path: `${path}[${index}].periodSeconds`, received: period, message: `must be from 1 to ${MAX_PERIOD_SECONDS}` };
    }
    if (numberOf(value) < 1) yield { object: autoscaler, path: `${path}[${index}].value`, received: value, message: 'must be 1 or more: a policy allows some change' };
  }
}

function* reportsOf(autoscaler: SourcedObject): Iterable<Report> {
  for (const direction of ['scaleUp', 'scaleDown']) {
    const scaling = valueAt(autoscaler.object, 'spec', 'behavior', direction);
    if (!isFields(scaling)) continue;
    const path = `spec.behavior.${direction}`;
    const window = scaling['stabilizationWindowSeconds'];
    if (numberOf(window) < 0 || numberOf(window) > MAX_WINDOW_SECONDS) {
      yield { object: autoscaler, path: `${path}.stabilizationWindowSeconds`, received: window, message: `must be from 0 to ${MAX_WINDOW_SECONDS}` };
    }
    yield* policyReports(autoscaler, scaling['policies'], `${path}.policies`);
  }
}

/** The behavior of an autoscaler is within what the API server allows. */
export const hpaBehavior: Rule = {
  id: 'hpa-behavior',
  title: 'The behavior of an autoscaler is one that the API server takes',
  why: 'The API server refuses the autoscaler, so that the workload is not scaled at all.',
  good: exampleDeployment('') + exampleAutoscaler('maxReplicas: 9\n  behavior: { scaleDown: { policies: [{ type: Pods, value: 2, periodSeconds: 60 }] } }'),
  bad: exampleDeployment('') + exampleAutoscaler('maxReplicas: 9\n  behavior: { scaleDown: { policies: [{ type: Pods, value: 2, periodSeconds: 3600 }] } }'),
  remedy: 'Choose a number in the allowed range.',
  *check(store) {
    for (const autoscaler of store.ofKind(AUTOSCALER)) yield* reportsOf(autoscaler);
  },
};
