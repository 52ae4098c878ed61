import { formatFinding } from '../../policies/policy';
import type { PolicyResult } from './result';

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}

/** What people read: each finding, what was waived, and a line that sums up. */
export function formatText({ findings, waived, checked }: PolicyResult): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const allowed = waived.map(({ finding, by, reason }) => `allowed by ${by}: ${finding.rule} in ${finding.file}${finding.line === undefined ? '' : `:${finding.line}`}, ${finding.kind} ${finding.name}: ${reason}`);
  const tallies = [count(errors, 'error'), count(findings.length - errors, 'warning'), ...(waived.length > 0 ? [`${waived.length} allowed`] : [])];
  const summary = `${errors > 0 ? '✗' : '✓'} ${tallies.join(', ')}: ${count(checked.objects, 'object')} in ${count(checked.files, 'file')} checked`;
  return [...findings.map((finding) => `${formatFinding(finding)}\n`), ...allowed, summary].join('\n');
}
