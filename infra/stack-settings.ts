import { formatIssue, type Issue } from '../platform/issues';

/** What belongs to whoever deploys and not to the platform: the stack's configuration, `Pulumi.<stack>.yaml`. */
export interface StackSettings {
  /** The AWS account that the stack may touch; the provider refuses any other. */
  readonly accountId: string;
  /** Where alarms and budgets write to. */
  readonly alarmEmail: string;
}

/** Thrown once with everything that is wrong with a stack's configuration; nothing is created then. */
export class StackConfigurationError extends Error {
  override readonly name = 'StackConfigurationError';
  constructor(readonly issues: readonly Issue[]) {
    super(`the stack configuration has ${issues.length} issue${issues.length === 1 ? '' : 's'}:\n${issues.map((issue) => `  ${formatIssue(issue)}`).join('\n')}`);
  }
}

const fields: Readonly<Record<keyof StackSettings, { readonly pattern: RegExp; readonly limit: string; readonly remedy: string }>> = {
  accountId: { pattern: /^\d{12}$/, limit: '12 digits', remedy: 'Name the account with pulumi config set accountId, quoted in YAML: a leading zero is part of it.' },
  alarmEmail: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, limit: 'a mail address', remedy: 'Name who is told with pulumi config set alarmEmail.' },
};

/**
 * @param read a value of the stack's configuration by its key, without the project's name
 * @throws StackConfigurationError
 */
export function stackSettings(read: (key: string) => string | undefined): StackSettings {
  const issues: Issue[] = [];
  const value = (key: keyof StackSettings): string => {
    const { pattern, limit, remedy } = fields[key];
    const received = read(key);
    if (received === undefined || !pattern.test(received)) issues.push({ path: `config.${key}`, received, limit, remedy });
    return received ?? '';
  };
  const settings = { accountId: value('accountId'), alarmEmail: value('alarmEmail') };
  if (issues.length > 0) throw new StackConfigurationError(issues);
  return settings;
}
