import { itIsARule, itTellsApart, podOfContainer } from '../rule-testing';
import { restrictedApparmor as rule } from './restricted-apparmor';

itIsARule(rule);

const context = (type: string): string => `securityContext: { appArmorProfile: { type: ${type} } }`;
const annotated = (profile: string): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { annotations: { container.apparmor.security.beta.kubernetes.io/web: ${profile} } }, spec: { containers: [] } } }
`;
const annotation = 'spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/web"]';

itTellsApart(rule, [
  ['an unconfined container', podOfContainer(context('Localhost')), podOfContainer(context('Unconfined')), 'spec.containers[0].securityContext.appArmorProfile.type'],
  ['an unconfined pod', podOfContainer('', context('RuntimeDefault')), podOfContainer('', context('Unconfined')), 'spec.securityContext.appArmorProfile.type'],
  ['an annotation that takes the profile away', annotated('runtime/default'), annotated('unconfined'), annotation],
  ['an annotation with an unknown profile', annotated('localhost/web'), annotated('web'), annotation],
  ['an annotation of another kind', annotated('""'), annotated('{ a: b }'), annotation],
]);
