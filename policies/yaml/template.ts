/** An expression of a template that was not rendered, and where it is. */
export interface TemplateExpression {
  readonly offset: number;
  readonly expression: string;
}

/** Expressions that only Helm has: dashboards and alerts have `{{ ... }}` of their own, in rendered manifests too. */
const OF_HELM = /\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files|Template)\b|(?:include|tpl)\s)[^}\n]*(?:\}\})?/;
/** Any expression. Where a document is no YAML and has one, that is why. */
const ANY = /\{\{[^}\n]*(?:\}\})?/;

/** More are not looked at: a dashboard may hold thousands, each in a text of its own right. */
const MAX_EXPRESSIONS = 100;

/** Whether a text is worth a closer look. */
export function mayHoldTemplate(text: string): boolean {
  return text.includes('{{');
}

/** A line of a text as a block (`|`) belongs to a file inside the manifest, which may be a template by right. */
function isInBlock(text: string, offset: number): boolean {
  const start = Math.max(0, text.lastIndexOf('\n---', offset));
  const lines = text.slice(start, offset).split('\n');
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  let indent = indentOf(lines.at(-1) ?? '');
  for (const line of lines.slice(0, -1).reverse()) {
    if (line.trim() === '' || indentOf(line) >= indent) continue;
    if (/[|>][+-]?\d?\s*(?:#.*)?$/.test(line)) return true;
    indent = indentOf(line);
  }
  return false;
}

/**
 * The first template expression of a document; undefined where it has none.
 * @param isBroken whether the document is no valid YAML
 */
export function findTemplate(text: string, isBroken: boolean): TemplateExpression | undefined {
  const pattern = isBroken ? ANY : OF_HELM;
  let seen = 0;
  for (const { index, 0: expression } of text.matchAll(new RegExp(pattern, 'g'))) {
    if (++seen > MAX_EXPRESSIONS) return undefined;
    const lineStart = text.lastIndexOf('\n', index) + 1;
    const before = text.slice(lineStart, index);
    if (/(?:^|\s)#/.test(before) || isInBlock(text, index)) continue;
    return { offset: index, expression };
  }
  return undefined;
}
