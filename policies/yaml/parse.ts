import { boolYaml11Tag, constructFromEvents, CORE_SCHEMA, EVENT_ID, mergeTag, parseEvents, YAMLException, type Event } from 'js-yaml';

/** How deep a document may nest; what Kubernetes knows stays below 30. */
const MAX_DEPTH = 100;
/** How many nodes a document may have once its aliases are followed. Without a bound a few lines stand for billions. */
const MAX_NODES_WITH_ALIASES = 1_000_000;

/** YAML as kubectl reads it: `yes` and `on` are booleans and `<<` merges, but dates are text and `22:22` is no number. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag, boolYaml11Tag);

/** What is wrong with a YAML text, and where. */
export interface YamlFault {
  readonly message: string;
  /** From the start of the text. */
  readonly offset: number;
  /** From 1. */
  readonly column: number;
}

/** What a YAML text holds, and what is wrong with it. Only a key that stands twice leaves values beside a fault. */
export interface ParsedYaml {
  readonly values: readonly unknown[];
  /** Where the content of each value begins; of an empty document, where that of the one before it does. */
  readonly starts: readonly number[];
  readonly fault: YamlFault | undefined;
}

/** Thrown when aliases stand for more than anyone wrote. */
class AliasError extends Error {}

interface Frame {
  readonly anchor: string | undefined;
  nodes: number;
}

/** The number of nodes with each alias counted as what it stands for. */
function assertBoundedAliases(events: readonly Event[], text: string): void {
  const anchors = new Map<string, number>();
  const frames: Frame[] = [{ anchor: undefined, nodes: 0 }];
  const add = (nodes: number, anchor?: string): void => {
    const frame = frames.at(-1);
    if (frame !== undefined) frame.nodes += nodes;
    if (anchor !== undefined) anchors.set(anchor, nodes);
    if (frame !== undefined && frame.nodes > MAX_NODES_WITH_ALIASES) throw new AliasError(`its aliases stand for more than ${MAX_NODES_WITH_ALIASES} nodes`);
  };
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const frame = frames.pop();
      if (frame !== undefined) add(frame.nodes + 1, frame.anchor);
      continue;
    }
    if (event.type === EVENT_ID.DOCUMENT) {
      anchors.clear();
      frames.push({ anchor: undefined, nodes: 0 });
      continue;
    }
    const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.SCALAR) add(1, anchor);
    else if (event.type !== EVENT_ID.ALIAS) frames.push({ anchor, nodes: 0 });
    else if (frames.some((frame) => frame.anchor === anchor)) throw new AliasError(`alias "${String(anchor)}" stands for something that contains it`);
    else add(anchors.get(anchor ?? '') ?? 1);
  }
}

function positionOf(event: Event | undefined): number {
  if (event === undefined) return -1;
  if ('valueStart' in event) return event.valueStart;
  return 'start' in event ? event.start : -1;
}

function startsOf(events: readonly Event[]): readonly number[] {
  const starts: number[] = [];
  for (const [index, { type }] of events.entries()) {
    if (type === EVENT_ID.DOCUMENT) starts.push(Math.max(positionOf(events[index + 1]), starts.at(-1) ?? 0));
  }
  return starts;
}

function faultOf(error: unknown): YamlFault {
  if (error instanceof YAMLException) return { message: error.reason, offset: error.mark?.position ?? 0, column: (error.mark?.column ?? 0) + 1 };
  if (error instanceof AliasError) return { message: error.message, offset: 0, column: 1 };
  throw error;
}

/** Reads a YAML text of one or more documents. It never throws, whatever the text is. */
export function parseYaml(text: string): ParsedYaml {
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
    if (events.some(({ type }) => type === EVENT_ID.ALIAS)) assertBoundedAliases(events, text);
  } catch (error) {
    return { values: [], starts: [], fault: faultOf(error) };
  }
  const starts = startsOf(events);
  try {
    return { starts, values: constructFromEvents(events, { source: text, schema: SCHEMA, maxTotalMergeKeys: 100_000 }), fault: undefined };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.message !== 'duplicated mapping key') return { values: [], starts, fault };
    return { values: valuesDespiteDuplicates(events, text), starts, fault };
  }
}

/** The last value of each key that stands twice. */
function valuesDespiteDuplicates(events: Event[], text: string): readonly unknown[] {
  try {
    return constructFromEvents(events, { source: text, schema: SCHEMA, json: true, maxTotalMergeKeys: 100_000 });
  } catch {
    // Something else is wrong as well; the duplicate is told already.
    return [];
  }
}
