import type { Segments } from '../field-path';
import { indexPlaces, type Place } from './places';

/** How many of sorted values hold, where the first ones do and the others do not. */
function countUpTo<Value>(values: readonly Value[], holds: (value: Value) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = values[middle];
    if (value !== undefined && holds(value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One YAML document of a file, as text. It finds lines only when asked: most documents break no rule. */
export class YamlDocument {
  private places: readonly Place[] | undefined;
  private lineStarts: readonly number[] | undefined;

  /**
   * @param firstLine the line of the file at which `text` begins, from 1
   * @param start where it begins in the file
   */
  constructor(
    readonly text: string,
    readonly firstLine: number,
    readonly start: number,
  ) {}

  /**
   * The line in the file of what stands at `path`, or of the nearest thing above it that is there.
   * @param index which document of the text, since one that ends in `...` may be followed by another
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
    return this.firstLine + Math.max(0, countUpTo(this.lineStarts, (start) => start <= offset) - 1);
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
    if (part.trim() !== '') documents.push(new YamlDocument(part, line, start));
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) line++;
    start = end;
  };
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) if (index > start) take(index);
  take(text.length);
  return documents;
}

/** The text of a file that was read in one go. Its documents are only told apart, and read again, where lines are asked for. */
export class YamlFile {
  private documents: readonly YamlDocument[] | undefined;

  /** @param starts where the content of each document begins */
  constructor(
    readonly text: string,
    private readonly starts: readonly number[],
  ) {}

  /** The line of what stands at `path` in the document of that number, as {@link YamlDocument.lineOf} finds it. */
  lineOf(index: number, path: Segments, textLine?: number): number {
    this.documents ??= splitDocuments(this.text);
    const start = this.starts[index] ?? 0;
    const document = this.documents[Math.max(0, countUpTo(this.documents, (candidate) => candidate.start <= start) - 1)];
    if (document === undefined) return 1;
    return document.lineOf(index - countUpTo(this.starts, (other) => other < document.start), path, textLine);
  }

  lineAt(offset: number): number {
    return new YamlDocument(this.text, 1, 0).lineAt(offset);
  }
}
