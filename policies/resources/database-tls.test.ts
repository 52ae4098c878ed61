import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { databaseTls as rule } from './database-tls';

itIsAResourceRule(rule);

const example = exampleOf('aws:rds/parameterGroup:ParameterGroup');
itTellsResourcesApart(rule, [
  ['TLS that is off', example('{ family: postgres17, parameters: [{ name: rds.force_ssl, value: 1 }] }'), example('{ family: postgres17, parameters: [{ name: max_connections, value: 1 }, { name: rds.force_ssl, value: 0 }] }'), 'parameters[1].value'],
  ['TLS that is off by default', example('{ family: postgres15 }'), example('{ family: postgres14 }'), 'parameters'],
  ['TLS that is off, whatever is decided later', example('{ family: postgres14, parameters: "${shared.parameters}" }'), example('{ family: postgres14, parameters: [] }'), 'parameters'],
  ['TLS of Postgres alone', example('{ family: mysql8.0 }'), example('{ family: postgres13 }'), 'parameters'],
]);
