import { exceptionValid, type Waiver } from './exceptions';
import type { Finding } from './finding';
import { isFields, textOf, valueAt } from './narrow';
import { splitDocuments } from './yaml/document';
import { parseYaml } from './yaml/parse';

/** The waivers of a file, and what is wrong with those that are not among them. */
export interface WaiverList {
  readonly waivers: readonly Waiver[];
  readonly findings: readonly Finding[];
}

const FIELDS = ['rule', 'object', 'reason', 'expires'] as const;
type Field = (typeof FIELDS)[number];

const ALLOWED: Readonly<Record<Field, string>> = {
  rule: 'the id of a rule',
  object: 'a kind and a name, such as "Deployment shop/web-*"',
  reason: 'why the rule need not hold here',
  expires: 'a day, such as 2026-12-31',
};

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

function isValid(field: Field, text: string): boolean {
  if (field === 'expires') return isDay(text);
  return field === 'object' ? /^\S+\s+\S+$/.test(text.trim()) : text.trim() !== '';
}

/** Reads a list of waivers: `waivers: [{ rule, object, reason, expires }]`. */
export function parseWaivers(file: string, text: string): WaiverList {
  const findings: Finding[] = [];
  const fault = (line: number, path: string, received: unknown, message: string): void => {
    findings.push({ rule: exceptionValid.id, severity: 'error', file, line, kind: '', namespace: '', name: '', path, received: received === undefined ? 'nothing' : JSON.stringify(received), message, remedy: exceptionValid.remedy });
  };
  const [document] = splitDocuments(text);
  const { values, fault: yamlFault } = document ? parseYaml(document.text) : { values: [], fault: undefined };
  if (document && yamlFault) fault(document.lineAt(yamlFault.offset), '', undefined, `line ${document.lineAt(yamlFault.offset)}, column ${yamlFault.column}: ${yamlFault.message}`);
  const list = valueAt(values[0], 'waivers');
  if (!document || (!yamlFault && !Array.isArray(list))) fault(1, 'waivers', list, 'must be a list of waivers');
  const waivers = (Array.isArray(list) ? list : []).flatMap((entry: unknown, index): Waiver[] => {
    const line = document?.lineOf(0, ['waivers', index]) ?? 1;
    const at = `waivers[${index}]`;
    const wrong = FIELDS.filter((field) => !isValid(field, textOf(valueAt(entry, field)) ?? ''));
    for (const field of wrong) fault(line, `${at}.${field}`, valueAt(entry, field), `must be ${ALLOWED[field]}`);
    const unknown = isFields(entry) ? Object.keys(entry).filter((name) => !(FIELDS as readonly string[]).includes(name)) : [];
    for (const name of unknown) fault(line, `${at}.${name}`, valueAt(entry, name), `unknown field; a waiver has ${FIELDS.join(', ')}`);
    if (wrong.length > 0 || unknown.length > 0) return [];
    const read = (field: Field): string => textOf(valueAt(entry, field)) ?? '';
    return [{ rule: read('rule'), object: read('object'), reason: read('reason'), expires: read('expires'), file, line }];
  });
  return { waivers, findings };
}
