import { load } from 'js-yaml';
import type { ManifestObject } from './manifest';
import { isFields, listOf, scalarText, textOf, valueAt } from './narrow';

/**
 * A discovery rule of a prometheus-adapter, by which it serves metrics of pods. It is followed as the adapter does
 * (prometheus-adapter, pkg/naming/metric_namer.go): the series that a rule finds are filtered, matched against
 * `name.matches` and renamed by the template `name.as`.
 */
export interface AdapterRule {
  /** Whether the rule may find a series of that name. */
  readonly accepts: (series: string) => boolean;
  /** The only series that the rule asks for; undefined where it asks for a pattern. */
  readonly series: string | undefined;
  readonly matches: RegExp;
  readonly as: string;
}

/** A regular expression in Go's syntax; undefined where it is none. */
function goRegExp(source: string): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  try {
    return new RegExp(source.slice(flags?.[0].length ?? 0).replaceAll('(?P<', '(?<'), flags?.[1] ?? '');
  } catch {
    return undefined;
  }
}

/** `template` with the groups of a match put in, as Go's Regexp.Expand does: `$1x` is a group named `1x`, so nothing. */
function expand(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = bare ?? braced ?? '';
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });
}

/** One condition on the series name: `__name__=~"^http_.*"`. Prometheus anchors its patterns at both ends. */
function nameMatcher(operator: string, operand: string): (series: string) => boolean {
  if (operator === '=') return (series) => series === operand;
  if (operator === '!=') return (series) => series !== operand;
  const pattern = goRegExp(`^(?:${operand})$`);
  return (series) => pattern?.test(series) === (operator === '=~');
}

/** The name that a series query asks for, if it asks for one, and its conditions on names. */
function parseSeriesQuery(query: string): { readonly series: string | undefined; readonly conditions: ((series: string) => boolean)[] } {
  let series = /^\s*([a-zA-Z_:][\w:]*)/.exec(query)?.[1];
  const conditions = series === undefined ? [] : [nameMatcher('=', series)];
  for (const match of query.matchAll(/\b__name__\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/g)) {
    const operand = (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1');
    conditions.push(nameMatcher(match[1] ?? '', operand));
    if (match[1] === '=') series = operand;
  }
  return { series, conditions };
}

/** The condition of a series filter, `is` or `isNot`; a filter that is neither refuses all. */
function seriesFilter(filter: unknown): (series: string) => boolean {
  const is = textOf(valueAt(filter, 'is'));
  const pattern = goRegExp(is ?? textOf(valueAt(filter, 'isNot')) ?? '');
  return (series) => pattern?.test(series) === (is !== undefined);
}

/** Whether the rule ties its series to pods and their namespaces; otherwise the adapter has no value for a pod. */
function isForPods(resources: unknown): boolean {
  if (textOf(valueAt(resources, 'template'))) return true;
  const overrides = Object.values(valueAt(resources, 'overrides') ?? {}).map((override) => valueAt(override, 'resource'));
  const has = (...names: readonly string[]): boolean => overrides.some((resource) => names.includes(scalarText(resource)));
  return has('pod', 'pods') && has('namespace', 'namespaces');
}

/** A discovery rule read from its configuration; undefined where the adapter could not serve pods by it. */
function adapterRule(rule: unknown): AdapterRule | undefined {
  const matches = goRegExp(textOf(valueAt(rule, 'name', 'matches')) || '.*');
  if (!matches || !isForPods(valueAt(rule, 'resources'))) return undefined;
  const { series, conditions } = parseSeriesQuery(textOf(valueAt(rule, 'seriesQuery')) ?? '');
  conditions.push(...listOf(valueAt(rule, 'seriesFilters')).map(seriesFilter));
  // With an alternative that is empty every pattern matches, and tells its number of groups.
  const groups = (new RegExp(`${matches.source}|`).exec('')?.length ?? 1) - 1;
  const as = textOf(valueAt(rule, 'name', 'as')) || ['$0', '$1'][groups];
  // Without a template and with several groups the adapter does not start.
  if (as === undefined) return undefined;
  return { accepts: (name) => conditions.every((condition) => condition(name)), series, matches, as };
}

/** The rules in a ConfigMap that configures a prometheus-adapter; undefined where it configures something else. */
export function adapterRulesIn(configMap: ManifestObject): readonly AdapterRule[] | undefined {
  const text = textOf(valueAt(configMap, 'data', 'config.yaml'));
  // Other programs keep a config.yaml too; parsing is what costs.
  if (!text?.includes('seriesQuery')) return undefined;
  let config: unknown;
  try {
    config = load(text);
  } catch {
    return undefined;
  }
  const rules = valueAt(config, 'rules');
  return Array.isArray(rules) ? rules.filter(isFields).map(adapterRule).filter((rule) => rule !== undefined) : undefined;
}

/**
 * The series that a rule for a pattern of series could turn into `metric`; undefined where its patterns are too
 * involved to work that out, though the name fits.
 */
function seriesFor({ matches, as }: AdapterRule, metric: string): readonly string[] | undefined {
  const references = [...as.matchAll(/\$(?:(\w+)|\{(\w+)\})/g)];
  const frame = as.split(/\$(?:\w+|\{\w+\})/).map((literal) => literal.replace(/[^\w:]/g, '\\$&'));
  const value = new RegExp(`^${frame.join('(.*)')}$`).exec(metric);
  if (!value) return [];
  const [reference] = references;
  if (!reference || references.length > 1) return undefined;
  const captured = value[1] ?? '';
  if ((reference[1] ?? reference[2]) === '0') return [captured];
  const oneGroup = /^\^?([\w:]*)\((?:\?<\w+>)?[^()]*\)([\w:]*)\$?$/.exec(matches.source);
  return oneGroup ? [`${oneGroup[1] ?? ''}${captured}${oneGroup[2] ?? ''}`] : undefined;
}

/** The name under which a rule serves a series; undefined where it does not. */
export function metricOfSeries({ accepts, matches, as }: AdapterRule, series: string): string | undefined {
  const match = accepts(series) ? matches.exec(series) : null;
  return match ? expand(as, match) : undefined;
}

/**
 * Whether a rule serves `metric`. Of a rule for a pattern of series, whether there can be such a series; where that
 * cannot be worked out, the rule has the benefit of the doubt.
 */
export function servesMetric(rule: AdapterRule, metric: string): boolean {
  const series = rule.series === undefined ? seriesFor(rule, metric) : [rule.series];
  return series?.some((name) => metricOfSeries(rule, name) === metric) ?? true;
}
