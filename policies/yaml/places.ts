import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, type Event } from 'js-yaml';

/** What is in a place; an alias and its anchor have it in common. */
interface Content {
  readonly fields: Map<string, Place>;
  readonly items: Place[];
  /** What `<<` adds to the fields. */
  merged: readonly Place[];
}

/** Where something stands in a text, and what is in it. */
export class Place {
  /**
   * @param offset of the key for a value in a map, else of the value
   * @param blockText where the lines of a text written as a block (`|`) begin; undefined for anything else
   */
  constructor(
    readonly offset: number,
    readonly blockText?: number,
    private readonly content: Content = { fields: new Map(), items: [], merged: [] },
  ) {}

  /** What is under a name or at a position; undefined where nothing is. */
  at(segment: string | number): Place | undefined {
    const { fields, items, merged } = this.content;
    if (typeof segment === 'number') return items[segment];
    return fields.get(segment) ?? merged.map((place) => place.at(segment)).find((place) => place !== undefined);
  }

  addItem(place: Place): void {
    this.content.items.push(place);
  }

  addField(name: string, place: Place): void {
    if (name === '<<') this.content.merged = place.content.items.length > 0 ? place.content.items : [place];
    else this.content.fields.set(name, place);
  }

  /** The same content at another position: an alias, or a value at its key. */
  movedTo(offset: number): Place {
    return new Place(offset, this.blockText, this.content);
  }
}

/** A collection under construction. */
interface Frame {
  readonly kind: 'document' | 'sequence' | 'mapping';
  readonly place: Place;
  readonly anchor: string | undefined;
  /** The key that waits for its value. */
  key: { readonly name: string; readonly offset: number } | undefined;
}

/** Builds the places of all documents of a text from the events of its parser, each once, however often it is referred to. */
class PlaceBuilder {
  readonly documents: Place[] = [];
  private readonly frames: Frame[] = [];
  private anchors = new Map<string, Place>();
  /** Of the latest token: an empty value has no position of its own. */
  private latest = 0;

  constructor(private readonly text: string) {}

  accept(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.anchors = new Map();
        this.frames.push({ kind: 'document', place: new Place(this.latest), anchor: undefined, key: undefined });
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        this.latest = event.start;
        this.frames.push({ kind: event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence', place: new Place(event.start), anchor: this.anchorOf(event), key: undefined });
        break;
      case EVENT_ID.SCALAR: {
        if (event.valueStart >= 0) this.latest = event.valueStart;
        const place = new Place(this.latest, event.style === SCALAR_STYLE.LITERAL_BLOCK ? event.valueStart : undefined);
        this.add(place, this.anchorOf(event), () => getScalarValue(this.text, event));
        break;
      }
      case EVENT_ID.ALIAS: {
        this.latest = event.anchorStart;
        const target = this.anchors.get(this.text.slice(event.anchorStart, event.anchorEnd));
        this.add((target ?? new Place(event.anchorStart)).movedTo(event.anchorStart), undefined, () => '');
        break;
      }
      case EVENT_ID.POP:
        this.close();
        break;
    }
  }

  private anchorOf(event: { readonly anchorStart: number; readonly anchorEnd: number }): string | undefined {
    return event.anchorStart < 0 ? undefined : this.text.slice(event.anchorStart, event.anchorEnd);
  }

  private close(): void {
    const frame = this.frames.pop();
    if (frame === undefined) return;
    if (frame.kind === 'document') this.documents.push(frame.place.at(0) ?? frame.place);
    else this.add(frame.place, frame.anchor, () => '');
  }

  /** Puts a complete node where it belongs: into a list, or as a key, or as the value of the key before it. */
  private add(place: Place, anchor: string | undefined, nameOf: () => string): void {
    if (anchor !== undefined) this.anchors.set(anchor, place);
    const frame = this.frames.at(-1);
    if (frame === undefined) return;
    if (frame.kind !== 'mapping') frame.place.addItem(place);
    else if (frame.key === undefined) frame.key = { name: nameOf(), offset: place.offset };
    else {
      frame.place.addField(frame.key.name, place.movedTo(frame.key.offset));
      frame.key = undefined;
    }
  }
}

/** The place of the content of each document in a text; none where it does not parse, as one with directives of the next document. */
export function indexPlaces(text: string): readonly Place[] {
  const builder = new PlaceBuilder(text);
  try {
    for (const event of parseEvents(text, {})) builder.accept(event);
  } catch {
    return [];
  }
  return builder.documents;
}
