import { itIsARule, itTellsApart, podOf } from '../rule-testing';
import { validSpread as rule } from './valid-spread';

itIsARule(rule);

const pod = (fields: string): string => podOf(`topologySpreadConstraints: [{ ${fields} }]`);
const path = (field: string): string => `spec.topologySpreadConstraints[0].${field}`;
itTellsApart(rule, [
  ['a skew of 0', pod('maxSkew: 1'), pod('maxSkew: 0'), path('maxSkew')],
  ['a reaction that does not exist', pod('whenUnsatisfiable: DoNotSchedule'), pod('whenUnsatisfiable: ScheduleNowhere'), path('whenUnsatisfiable')],
  ['no domains', pod('minDomains: 1, whenUnsatisfiable: DoNotSchedule'), pod('minDomains: 0, whenUnsatisfiable: DoNotSchedule'), path('minDomains')],
  ['domains beside ScheduleAnyway', pod('minDomains: 2, whenUnsatisfiable: DoNotSchedule'), pod('minDomains: 2, whenUnsatisfiable: ScheduleAnyway'), path('minDomains')],
]);
