import { type PolicyResource, type ResourceValidationArgs, Secret } from '@pulumi/policy';
import { isFields, type Fields } from '../narrow';
import type { PlannedResource } from '../planned-resource';

/** In the words of a plan. */
const SECRET = '[secret]';
const UNKNOWN = '(known once it exists)';

/** Whether a value stands for one that is secret, or known only later. */
export function isWithheld(value: unknown): boolean {
  return value === SECRET || value === UNKNOWN;
}

/** What a program gave a resource, with what the SDK tells of its secrets. */
export interface GivenResource extends PlannedResource {
  /** Whether secrets are told from other values: only then is one `[secret]`. */
  readonly areSecretsMarked: boolean;
}

type Identity = Pick<ResourceValidationArgs, 'urn' | 'type' | 'name' | 'props' | 'opts'>;

/** The values behind the SDK's proxies, which unwrap secrets. */
function behindProxies(value: Fields): Fields {
  const target = value['__isSpecialProxy'] === true ? value['__getSpecialProxyTarget'] : undefined;
  return isFields(target) ? behindProxies(target) : value;
}

/** What `read` gives, which the SDK lets fail where the value is not known yet. */
function known(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return UNKNOWN;
  }
}

function plain(value: unknown, raw: unknown): unknown {
  if (raw instanceof Secret) return SECRET;
  if (Array.isArray(value)) return Array.from(value.keys(), (index) => plain(known(() => value[index]), Array.isArray(raw) ? raw[index] : undefined));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, plain(known(() => value[key]), isFields(raw) ? raw[key] : undefined)]));
}

function given({ urn, type, name, props, opts }: Identity, areSecretsMarked: boolean): GivenResource {
  const inputs = plain(props, behindProxies(props));
  return { urn, type, name, parent: opts.parent ?? '', inputs: isFields(inputs) ? inputs : {}, dependencies: [], protect: opts.protect, areSecretsMarked };
}

/**
 * The inputs of every resource of one operation. The SDK tells which are secret in remediations alone, and of a whole stack it knows
 * outputs, which in a first preview are empty wherever a provider is not there yet.
 */
export class GivenInputs {
  private readonly recorded = new Map<string, GivenResource>();

  /** @param args of a remediation, which the engine asks for before anything else */
  record(args: Identity): void {
    this.recorded.set(args.urn, given(args, true));
  }

  /** A resource by itself, as it was recorded; as it is now where a configuration of the pack has switched remediations off. */
  one(args: Identity): GivenResource {
    return this.recorded.get(args.urn) ?? given(args, false);
  }

  /** A resource of a stack, with what it depends on. */
  oneOf(resource: PolicyResource): GivenResource {
    return { ...this.one(resource), parent: resource.parent?.urn ?? '', dependencies: resource.dependencies.map(({ urn }) => urn) };
  }
}
