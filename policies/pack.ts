// First: Pulumi would have ts-node check the types of all that follows, with settings of its own.
import 'tsx/cjs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyPack } from '@pulumi/policy';
import { packPolicies } from './pack/policies';
import { policyEnvironments } from './preset';
import { parseWaivers } from './waivers';

/** `pulumi preview --policy-pack policies`: the rules over what a stack is about to make, Kubernetes objects among it. */

/** What this project's own stacks are let off; a pack that stands elsewhere has none. */
const WAIVERS = join(__dirname, '../infra/waivers.yaml');

/** A stack is named after its environment; any other is held to production's rules. */
const environment = policyEnvironments.find((name) => name === process.env['PULUMI_NODEJS_STACK']) ?? 'production';

const { waivers } = parseWaivers(WAIVERS, existsSync(WAIVERS) ? readFileSync(WAIVERS, 'utf8') : 'waivers: []');

new PolicyPack('rechain', { policies: packPolicies({ environment, waivers, today: new Date() }) });
