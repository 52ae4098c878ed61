import { listOf, valueAt } from '../narrow';
import { readAt } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const PARAMETERS = 'aws:rds/parameterGroup:ParameterGroup';
const example = exampleOf(PARAMETERS);
/** From this version on RDS takes nothing but TLS unless it is told otherwise. */
const FIRST_WITH_DEFAULT = 15;

/** A database takes TLS alone. */
export const databaseTls: ResourceRule = {
  id: 'database-tls',
  title: 'A Postgres database takes TLS alone',
  why: 'A client that does not ask for TLS sends its password and its data as they are, and nobody notices.',
  good: example('{ family: postgres17, parameters: [{ name: rds.force_ssl, value: "1" }] }'),
  bad: example('{ family: postgres17, parameters: [{ name: rds.force_ssl, value: "0" }] }'),
  remedy: 'Set the parameter rds.force_ssl to 1.',
  *check(plan) {
    for (const resource of plan.ofType(PARAMETERS)) {
      const version = /^postgres(\d+)/.exec(String(resource.inputs['family']))?.[1];
      const parameters = readAt(resource.inputs, ['parameters']);
      if (version === undefined || parameters.kind === 'later') continue;
      const index = listOf(parameters.value).findIndex((parameter) => valueAt(parameter, 'name') === 'rds.force_ssl');
      const value = readAt(listOf(parameters.value)[index], ['value']);
      const isOff = index < 0 ? Number(version) < FIRST_WITH_DEFAULT : value.kind === 'known' && String(value.value) !== '1';
      if (isOff) yield { resource, path: index < 0 ? 'parameters' : `parameters[${index}].value`, received: index < 0 || value.kind === 'later' ? undefined : value.value, message: 'rds.force_ssl must be 1' };
    }
  },
};
