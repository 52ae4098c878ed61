import { Counter, Histogram, type Registry } from 'prom-client';

type Value = string | number;

/** Counts and durations of one combination of labels. */
interface Series {
  readonly labels: Readonly<Record<string, Value>>;
  /** How many durations are at most the bound of the same index and above the one before; the last: above all. */
  readonly buckets: number[];
  count: number;
  sum: number;
}

export interface TimedSeriesOptions {
  readonly registry: Registry;
  /** What tells series apart; each has few values, all known beforehand. */
  readonly labelNames: readonly [string, string, string];
  readonly counter: { readonly name: string; readonly help: string };
  readonly histogram: { readonly name: string; readonly help: string };
  /** Upper bounds, ascending, seconds. */
  readonly bounds: readonly number[];
}

/**
 * A counter and a histogram of the same events, kept as plain numbers. prom-client hashes and checks the labels of every
 * observation, which costs more than all else that is recorded of a request; here it is given the totals at the scrape.
 */
export class TimedSeries {
  private readonly byValues = new Map<Value, Map<Value, Map<Value, Series>>>();
  private readonly all: Series[] = [];

  constructor(private readonly options: TimedSeriesOptions) {
    const { registry, counter, histogram, bounds } = options;
    const { all } = this;
    const labelNames = [...options.labelNames];
    new Counter({
      ...counter,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, count } of all) this.inc(labels, count);
      },
    });
    new TotalsHistogram({ ...histogram, labelNames, registers: [registry], buckets: [...bounds] }, all);
  }

  observe(first: Value, second: Value, third: Value, seconds: number): void {
    const series = this.of(first, second, third);
    series.count += 1;
    series.sum += seconds;
    const { bounds } = this.options;
    let index = 0;
    while (seconds > (bounds[index] ?? Infinity)) index += 1;
    series.buckets[index] = (series.buckets[index] ?? 0) + 1;
  }

  /** Starts a series at 0: a rate needs a first sample. */
  start(first: Value, second: Value, third: Value): void {
    this.of(first, second, third);
  }

  /** A map in a map: unlike one of joined texts it makes no text for a look-up. */
  private of(first: Value, second: Value, third: Value): Series {
    const bySecond = entry(this.byValues, first, () => new Map<Value, Map<Value, Series>>());
    const byThird = entry(bySecond, second, () => new Map<Value, Series>());
    return entry(byThird, third, () => {
      const [one, two, three] = this.options.labelNames;
      const labels = { [one]: first, [two]: second, [three]: third };
      const series = { labels, buckets: new Array<number>(this.options.bounds.length + 1).fill(0), count: 0, sum: 0 };
      this.all.push(series);
      return series;
    });
  }
}

function entry<Key, Item>(map: Map<Key, Item>, key: Key, make: () => Item): Item {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** A histogram whose totals are kept elsewhere. */
class TotalsHistogram extends Histogram {
  constructor(
    private readonly options: { readonly name: string; readonly help: string; readonly labelNames: string[]; readonly registers: Registry[]; readonly buckets: number[] },
    private readonly all: readonly Series[],
  ) {
    super(options);
  }

  /** Where prom-client, its registry and its `get` take values from. */
  getForPromString() {
    const { name, help } = this.options;
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values: this.all.flatMap((series) => this.valuesOf(series)) });
  }

  private valuesOf({ labels: sharedLabels, buckets, count, sum }: Series) {
    const { name, buckets: bounds } = this.options;
    let cumulated = 0;
    const bounded = bounds.map((le, index) => {
      cumulated += buckets[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value: cumulated };
    });
    return [
      ...bounded,
      { metricName: `${name}_bucket`, labels: { le: '+Inf' }, sharedLabels, value: count },
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: count },
    ];
  }
}
