import type { Segments } from '../field-path';
import { indexPlaces, type Place } from './places';

/** One YAML document of a file, or several, as text. It finds lines only when asked: most documents break no rule. */
export class YamlDocument {
  private places: readonly Place[] | undefined;
  private lineStarts: readonly number[] | undefined;

  /** @param firstLine the line of the file at which `text` begins, from 1 */
  constructor(
    readonly text: string,
    readonly firstLine: number,
  ) {}

  /**
   * The line in the file of what stands at `path`, or of the nearest thing above it that is there.
   * @param index which document of the text, from 0
   * @param textLine the line within a text of several lines, from 1; honoured where the text is written as a block
   */
  lineOf(index: number, path: Segments, textLine?: number): number {
    this.places ??= indexPlaces(this.text);
    let place = this.places[index];
    for (const segment of path) {
      const next = place?.at(segment);
      if (next === undefined) break;
      place = next;
    }
    if (place === undefined) return this.firstLine;
    if (textLine !== undefined && place.blockText !== undefined) return this.lineAt(place.blockText) + textLine - 1;
    return this.lineAt(place.offset);
  }

  /** The line in the file of a position in the text. */
  lineAt(offset: number): number {
    this.lineStarts ??= [0, ...Array.from(this.text.matchAll(/\n/g), ({ index }) => index + 1)];
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }
}

/** Whether a text has directives, such as `%YAML 1.2`, and nothing else: they belong to the document that follows. */
function isDirectives(text: string): boolean {
  return text.includes('%') && text.split('\n').every((line) => /^\s*(?:#.*)?$|^%/.test(line)) && /^%/m.test(text);
}

/**
 * The documents of a file, split where YAML splits them: at lines that begin with `---`, which no text inside a document may have.
 * Each can then be broken by itself.
 */
export function splitDocuments(text: string): YamlDocument[] {
  const documents: YamlDocument[] = [];
  let start = 0;
  let line = 1;
  const take = (end: number): void => {
    const part = text.slice(start, end);
    if (isDirectives(part)) return;
    if (part.trim() !== '') documents.push(new YamlDocument(part, line));
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) line++;
    start = end;
  };
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) if (index > start) take(index);
  take(text.length);
  return documents;
}
