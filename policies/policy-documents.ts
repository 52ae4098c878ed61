import type { Segments } from './field-path';
import { isFields, listOf, textOf, valueAt, type Fields } from './narrow';
import type { PlannedResource, ResourceStore } from './planned-resource';

/** A statement of a policy document of AWS that allows something. Each of its lists may be written as one text. */
export interface AllowStatement {
  readonly resource: PlannedResource;
  /** The input that holds the document. */
  readonly input: string;
  /** Within the document. */
  readonly path: Segments;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly isConditional: boolean;
  /** Allows all but what it names. */
  readonly isInverted: boolean;
}

/** What somebody who bears the policy may do, by the type of the resource. */
export const IDENTITY_POLICIES = ['aws:iam/policy:Policy', 'aws:iam/rolePolicy:RolePolicy', 'aws:iam/userPolicy:UserPolicy', 'aws:iam/groupPolicy:GroupPolicy'] as const;

/** What anybody may do with a resource that bears the policy. */
export const RESOURCE_POLICIES = ['aws:s3/bucketPolicy:BucketPolicy', 'aws:sns/topicPolicy:TopicPolicy', 'aws:sqs/queuePolicy:QueuePolicy', 'aws:ecr/repositoryPolicy:RepositoryPolicy', 'aws:kms/key:Key', 'aws:secretsmanager/secretPolicy:SecretPolicy'] as const;

/** A policy document is a text of JSON, or an object; what is neither is decided later, and has no statements. */
export function documentOf(value: unknown): Fields | undefined {
  if (isFields(value)) return value;
  try {
    const parsed: unknown = JSON.parse(textOf(value) ?? '');
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
}

/** The statements of a document; a single one needs no list. */
export function statementsOf(document: Fields | undefined): readonly Fields[] {
  const statements = document?.['Statement'];
  return (isFields(statements) ? [statements] : listOf(statements)).filter(isFields);
}

/** Every statement that allows something, in the policies of these types. */
export function* allowStatements(plan: ResourceStore, types: readonly string[], input = 'policy'): Iterable<AllowStatement> {
  for (const resource of plan.ofType(...types)) {
    for (const [index, statement] of statementsOf(documentOf(resource.inputs[input])).entries()) {
      if (statement['Effect'] !== 'Allow') continue;
      const principal = statement['Principal'];
      yield {
        resource, input, path: ['Statement', index],
        actions: textsOf(statement['Action']), resources: textsOf(statement['Resource']),
        principals: [...textsOf(principal), ...textsOf(valueAt(principal, 'AWS'))],
        isConditional: isFields(statement['Condition']) && Object.keys(statement['Condition']).length > 0,
        isInverted: 'NotAction' in statement,
      };
    }
  }
}
