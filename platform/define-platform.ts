import { checkCloud } from './cloud-checks';
import { checkData } from './data-checks';
import { type ResolvedPlatform, resolveEnvironment } from './environments';
import { CatalogError, formatIssue, fromZod, type Issue } from './issues';
import { checkClaims, checkReplicas, checkResources, checkService } from './service-checks';
import { environmentNames, type Platform, type PlatformInput, platformSchema } from './spec';

function* checkResolved(platform: ResolvedPlatform): Iterable<Issue> {
  for (const service of platform.services) yield* checkService(service, platform);
  yield* checkClaims(platform.services);
  yield* checkResources('gateway.resources', platform.gateway.resources);
  yield* checkReplicas('gateway.scaling', platform.gateway.scaling, platform);
  yield* checkData(platform);
  yield* checkCloud(platform);
}

/** Issues of every environment; one that all share stands once, without the environments' names. */
function checkEnvironments(platform: Platform): Issue[] {
  const found = new Map<string, { issue: Issue; environments: Set<string> }>();
  for (const environment of environmentNames) {
    for (const issue of checkResolved(resolveEnvironment(platform, environment))) {
      const key = formatIssue(issue);
      const entry = found.get(key) ?? { issue, environments: new Set() };
      found.set(key, { issue, environments: entry.environments.add(environment) });
    }
  }
  return [...found.values()].map(({ issue, environments }) =>
    environments.size === environmentNames.length ? issue : { ...issue, path: `${issue.path} (${[...environments].join(', ')})` },
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

interface Parsed {
  readonly issues: readonly Issue[];
  /** Present when every field has its type, even if some value is out of its range. */
  readonly wellTyped?: Platform;
  readonly brokenServices: ReadonlySet<number>;
}

function parse(input: unknown): Parsed {
  let wellTyped: Platform | undefined;
  // Refinements run unless a type is wrong, so that ranges and meaning are reported in one go.
  const result = platformSchema.superRefine((value) => void (wellTyped = value)).safeParse(input);
  const found = result.error?.issues ?? [];
  return {
    issues: found.map((issue) => fromZod(input, issue)),
    brokenServices: new Set(found.flatMap(({ path }) => (path[0] === 'services' && typeof path[1] === 'number' ? [path[1]] : []))),
    ...(wellTyped && { wellTyped }),
  };
}

/** What the rest of a catalog means, when services with a missing or mistyped field are left out. */
function parseWithout(input: PlatformInput, broken: ReadonlySet<number>): Platform | undefined {
  return broken.size === 0 ? undefined : parse({ ...input, services: input.services.filter((_, index) => !broken.has(index)) }).wellTyped;
}

/**
 * Checks a catalog and resolves its defaults. The result is frozen.
 *
 * @throws CatalogError with every issue at once, each with path, received value, limit and remedy: the fields by themselves
 * and what they mean together in each environment.
 */
export function definePlatform(input: PlatformInput): Platform {
  const { issues, wellTyped, brokenServices } = parse(input);
  const judged = wellTyped ?? parseWithout(input, brokenServices);
  const all = [...issues, ...(judged ? checkEnvironments(judged) : [])];
  if (all.length > 0 || wellTyped === undefined) throw new CatalogError(all);
  return deepFreeze(wellTyped);
}
