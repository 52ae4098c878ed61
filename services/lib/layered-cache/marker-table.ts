import { hashKey } from '../shards';
import { UNREACHED_POSITION, type WalPosition } from '../wal-position';

export interface MarkerTableOptions {
  /** A power of 2. */
  readonly places: number;
  /** A marker is remembered for so long at least, and for twice that at most. */
  readonly lifeMillis: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Names whose position is not known that are kept apart; those beyond share their place with others. */
export const UNKNOWN_LIMIT = 1_000;

/**
 * The latest invalidation of each name, in memory that never grows: 24 bytes a place, outside of the heap. Names that share a
 * place are invalidated together, which is never wrong, and costs a load of the other one where it was read before.
 */
export class MarkerTable {
  private positions: Float64Array;
  /** Those of the life before this one. */
  private earlier: Float64Array;
  private readonly sequences: Float64Array;
  /** Invalidated at a position that is not known: in a place it would make the others there old for as long as a marker lives. */
  private readonly unknown = new Set<string>();
  private began = 0;
  private isEmpty = true;

  constructor(private readonly options: MarkerTableOptions) {
    this.positions = new Float64Array(options.places);
    this.earlier = this.positions;
    this.sequences = new Float64Array(options.places);
  }

  set(name: string, position: WalPosition, sequence: number): void {
    this.isEmpty = false;
    this.sequences[this.placeOf(name)] = sequence;
    if (position === UNREACHED_POSITION && this.unknown.size < UNKNOWN_LIMIT) this.unknown.add(name);
    else this.raise(name, position);
  }

  /** The position of a name that is invalidated at one that is not known, once there is one that is late enough. */
  know(name: string, position: WalPosition): void {
    if (this.unknown.delete(name)) this.raise(name, position);
  }

  /** The latest position of an invalidation, 0 without one. */
  positionOf(name: string): WalPosition {
    if (this.isEmpty) return 0;
    if (this.unknown.has(name)) return UNREACHED_POSITION;
    this.turn();
    const place = this.placeOf(name);
    return Math.max(this.positions[place] ?? 0, this.earlier[place] ?? 0);
  }

  /** When the last one was. */
  sequenceOf(name: string): number {
    return this.isEmpty ? 0 : (this.sequences[this.placeOf(name)] ?? 0);
  }

  private raise(name: string, position: WalPosition): void {
    this.turn();
    const place = this.placeOf(name);
    // Messages overtake each other; the later position stands.
    this.positions[place] = Math.max(this.positions[place] ?? 0, position);
  }

  private placeOf(name: string): number {
    return hashKey(name) & (this.options.places - 1);
  }

  private turn(): void {
    const { places, lifeMillis, now } = this.options;
    const lived = now() - this.began;
    if (lived < lifeMillis) return;
    this.began += lived;
    // New arrays, since memory that was never written takes none.
    this.earlier = lived < 2 * lifeMillis ? this.positions : new Float64Array(places);
    this.positions = new Float64Array(places);
  }
}
