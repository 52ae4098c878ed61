import type { ResolvedPlatform } from '../../platform/environments';

export const HOURS_PER_MONTH = 730;
const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;

/** Sizes that nobody has measured in production yet: stated with every plan, to be replaced by what the CDN's logs say. */
const RESPONSE_BYTES = 2_000;
const REQUEST_BYTES = 1_000;
/** A request crosses from the gateway to a service and from there to data. */
const HOPS = 2;

/** Traffic of a month, as the catalog's average load comes to. GB are 10^9 bytes, as AWS bills them. */
export interface Usage {
  readonly requestsPerMonth: number;
  readonly requestGbPerMonth: number;
  readonly responseGbPerMonth: number;
  /** Moved from one zone to another; AWS bills each GB on both sides. */
  readonly crossZoneGbPerMonth: number;
  readonly assumptions: readonly string[];
}

/** Staging and the like have caps on their fleets, and as much less traffic. */
function averagePerSecond(platform: ResolvedPlatform): number {
  const share = platform.environment === 'production' ? 1 : 0.01;
  return platform.services.reduce((sum, { load }) => sum + load.averagePerSecond * share, 0);
}

export function usageOf(platform: ResolvedPlatform): Usage {
  const perSecond = averagePerSecond(platform);
  const requestsPerMonth = perSecond * SECONDS_PER_MONTH;
  const zones = platform.cloud.kind === 'aws' ? platform.cloud.zones.length : 1;
  const [requestGbPerMonth, responseGbPerMonth] = [(requestsPerMonth * REQUEST_BYTES) / 1e9, (requestsPerMonth * RESPONSE_BYTES) / 1e9];
  return {
    requestsPerMonth,
    requestGbPerMonth,
    responseGbPerMonth,
    crossZoneGbPerMonth: (requestGbPerMonth + responseGbPerMonth) * HOPS * ((zones - 1) / zones),
    assumptions: [
      `a month has ${HOURS_PER_MONTH} hours`,
      `${Math.round(perSecond)} requests a second on average (${platform.environment === 'production' ? 'the catalog’s load' : 'a hundredth of the catalog’s load'}), ${REQUEST_BYTES} bytes each, ${RESPONSE_BYTES} in answer; not measured in production`,
      `nodes at that load; a request hops between zones ${HOPS} times in ${zones - 1} of ${zones} cases, billed on both sides`,
    ],
  };
}
