import { findingsOf, itIsARule, itTellsApart, podOf, podOfContainer, type Twins } from '../rule-testing';
import { pinnedImage as rule } from './pinned-image';

itIsARule(rule);

const digest = `@sha256:${'0a'.repeat(32)}`;
const twins = (what: string, right: string, wrong: string): Twins => [what, podOfContainer(`image: "${right}"`), podOfContainer(`image: "${wrong}"`), 'spec.containers[0].image'];

itTellsApart(rule, [
  twins('latest', 'web:1', 'web:latest'),
  twins('no tag', 'web:1', 'web'),
  twins('no tag after the port of a registry', 'registry:5000/web:1', 'registry:5000/web'),
  twins('a colon that is no tag', 'a/b/c:5000', 'a/b:5000/c'),
  twins('latest without digest', `web:latest${digest}`, 'web:latest'),
  twins('a cut digest', `web${digest}`, `web${digest.slice(0, -1)}`),
  twins('an empty image', 'web:1', ''),
  twins('a template that nobody filled in', 'web:1', '{{ .Values.image }}'),
  ['a missing image', podOfContainer('image: a:1'), podOfContainer(''), 'spec.containers[0].image'],
  ['an image other than that which Istio fills in', podOf('containers: [{ name: istio-proxy, image: auto }]'), podOf('containers: [{ name: istio-proxy, image: proxyv2 }, { name: web, image: auto }]'), 'spec.containers[0].image', 'spec.containers[1].image'],
  ['images of init and ephemeral containers', podOf('initContainers: [{ image: a:1 }], ephemeralContainers: [{ image: a:1 }]'), podOf('initContainers: [{ image: a }], ephemeralContainers: [{ image: a:latest }]'),
    'spec.initContainers[0].image', 'spec.ephemeralContainers[0].image'],
]);

it('says what is wrong', () => {
  const messages = ['a', 'a:latest', 'a/b:5000/c', '', '{}'].map((image) => findingsOf(rule, podOfContainer(`image: ${image}`))[0]?.message);
  expect(messages).toEqual([expect.stringMatching(/without one it is latest/), 'must not be latest', expect.stringMatching(/no image reference/), 'must name an image', expect.stringMatching(/no image reference/)]);
});
