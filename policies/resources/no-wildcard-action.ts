import { formatFieldPath } from '../field-path';
import { allowStatements, IDENTITY_POLICIES } from '../policy-documents';
import { exampleResource } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const example = (action: string, resource: string): string =>
  exampleResource('aws:iam/rolePolicy:RolePolicy', 'web', `{ role: web, policy: '{"Statement":[{"Effect":"Allow","Action":${action},"Resource":"${resource}"}]}' }`);
const ATTACHMENTS = ['aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'aws:iam/userPolicyAttachment:UserPolicyAttachment', 'aws:iam/groupPolicyAttachment:GroupPolicyAttachment', 'aws:iam/policyAttachment:PolicyAttachment'];
/** Policies of AWS that allow everything, or all but users. */
const EVERYTHING = /^arn:aws[\w-]*:iam::aws:policy\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** A role may do what it needs. */
export const noWildcardAction: ResourceRule = {
  id: 'no-wildcard-action',
  title: 'A policy names its actions, or what they are done to',
  why: 'Whoever takes over a role with every action on everything has the account.',
  good: example('["s3:GetObject"]', '*') + example('"s3:*"', '${assets.arn}/*'),
  bad: example('"*"', '*'),
  remedy: 'Name the actions that are needed, and the resources.',
  *check(plan) {
    for (const { resource, input, path, actions, resources, isInverted } of allowStatements(plan, IDENTITY_POLICIES)) {
      const widest = actions.find((action) => action === '*' || action === '*:*') ?? (resources.includes('*') ? actions.find((action) => action.endsWith(':*')) : undefined);
      if (widest !== undefined) yield { resource, path: formatFieldPath([input, ...path, 'Action']), received: widest, message: 'must name its actions' };
      if (isInverted) yield { resource, path: formatFieldPath([input, ...path, 'NotAction']), received: undefined, message: 'must name what it allows, not what it does not' };
    }
    for (const resource of plan.ofType(...ATTACHMENTS)) {
      const policy = resource.inputs['policyArn'];
      if (typeof policy === 'string' && EVERYTHING.test(policy)) yield { resource, path: 'policyArn', received: policy, message: 'allows everything, or may give itself what it does not' };
    }
  },
};
