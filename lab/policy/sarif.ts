import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WaivedFinding } from '../../policies/exceptions';
import type { Finding } from '../../policies/policy';
import { allRules } from '../../policies/reference';
import type { PolicyResult } from './result';

/** SARIF 2.1.0, which code hosts show beside the lines: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join('/');
}

const indexes = new Map(allRules.map(({ id }, index) => [id, index]));

function toResult(finding: Finding, waived?: WaivedFinding) {
  const { rule, severity, file, line, kind, namespace, name, urn, path, received, message, remedy } = finding;
  const object = [kind, namespace, name].filter((part) => part !== '').join('/');
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule) ?? -1,
    level: severity,
    message: { text: [object, `${path === '' ? '' : `${path}: `}received ${received}`, message, remedy].filter((part) => part !== '').join('. ').replaceAll('..', '.') },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line ?? 1 } },
        ...(object !== '' && { logicalLocations: [{ fullyQualifiedName: `${urn ?? object}${path === '' ? '' : `#${path}`}`, kind: 'object' }] }),
      },
    ],
    // Lines move with every edit; the object and its field do not.
    partialFingerprints: { 'objectField/v1': `${rule}:${urn ?? object}:${path}` },
    ...(waived && { suppressions: [{ kind: waived.by === 'annotation' ? 'inSource' : 'external', justification: waived.reason }] }),
  };
}

/** A SARIF log with every rule and result; what an exception allows is there as suppressed. */
export function toSarif({ findings, waived }: PolicyResult) {
  const rules = allRules.map(({ id, title, why, good, bad, remedy }) => ({
    id,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: { text: `${why} ${remedy}`, markdown: `${why}\n\n${remedy}\n\nBad:\n\`\`\`yaml\n${bad.trim()}\n\`\`\`\n\nGood:\n\`\`\`yaml\n${good.trim()}\n\`\`\`` },
  }));
  const results = [...findings.map((finding) => toResult(finding)), ...waived.map((entry) => toResult(entry.finding, entry))];
  return { $schema: SCHEMA, version: '2.1.0', runs: [{ tool: { driver: { name: 'rechain-policies', rules } }, columnKind: 'utf16CodeUnits', results }] };
}
