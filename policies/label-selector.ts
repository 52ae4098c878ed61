import { isFields, listOf, scalarText, textOf, valueAt } from './narrow';

/** One condition on a label. A selector holds where all of its requirements hold, so an empty list selects everything. */
export interface Requirement {
  readonly key: string;
  /** In, NotIn, Exists or DoesNotExist; any other operator holds nowhere, as the API server refuses it. */
  readonly operator: string;
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

/** The requirements of a map of labels that must all be present, such as the selector of a Service. */
export function requireLabels(labels: unknown): readonly Requirement[] {
  if (!isFields(labels)) return [];
  return Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [scalarText(value)] }));
}

/** The requirements of a LabelSelector: `matchLabels` and `matchExpressions`. */
export function requirementsOf(selector: unknown): readonly Requirement[] {
  const expressions = listOf(valueAt(selector, 'matchExpressions')).map((expression) => ({
    key: textOf(valueAt(expression, 'key')) ?? '',
    operator: textOf(valueAt(expression, 'operator')) ?? '',
    values: listOf(valueAt(expression, 'values')).map(scalarText),
  }));
  return [...requireLabels(valueAt(selector, 'matchLabels')), ...expressions];
}

function holds({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether every requirement holds for an object with these labels. */
export function selects(requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean {
  return requirements.every((requirement) => holds(requirement, labels));
}

/** The requirements as `kubectl --selector` writes them: `app=web, tier in (a, b), !canary`. */
export function formatRequirements(requirements: readonly Requirement[]): string {
  const parts = requirements.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    if (operator === 'In' && values.length === 1) return `${key}=${values.join()}`;
    return `${key} ${operator.toLowerCase()} (${values.join(', ')})`;
  });
  return parts.join(', ');
}
