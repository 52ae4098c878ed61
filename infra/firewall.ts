import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { type Deployment, physicalName } from './deployment';
import { CDN_REGION } from './domain';

/** AWS's rules against what is common to every site. */
const managedGroups = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'] as const;

/** It refuses bodies above 8 KB, which are none too large for our services: they are counted. */
const largeBodies = { name: 'SizeRestrictions_BODY', actionToUse: { count: {} } };

/** The firewall of the catalog's choice before the CDN: its ARN, or none. */
export function firewallOf(deployment: Deployment, options: pulumi.CustomResourceOptions): pulumi.Output<string> | undefined {
  const { firewall } = deployment.cloud;
  if (firewall.kind === 'none') return undefined;
  const visibility = (metricName: string) => ({ cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName });
  const rules = [
    { name: 'rate', priority: 0, action: { block: {} }, statement: { rateBasedStatement: { limit: firewall.requestsPerFiveMinutes, aggregateKeyType: 'IP' } }, visibilityConfig: visibility('rate') },
    ...managedGroups.map((name, index) => ({ name, priority: index + 1, overrideAction: { none: {} }, statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides: name === 'AWSManagedRulesCommonRuleSet' ? [largeBodies] : [] } }, visibilityConfig: visibility(name) })),
  ];
  return new aws.wafv2.WebAcl('firewall', { name: physicalName(deployment, 'firewall'), scope: 'CLOUDFRONT', region: CDN_REGION, defaultAction: { allow: {} }, rules, visibilityConfig: visibility('firewall') }, options).arn;
}
