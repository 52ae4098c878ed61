import { findingsOf, itIsARule, itTellsApart, podOfContainer, type Twins } from '../rule-testing';
import { allowedRegistry as rule } from './allowed-registry';

itIsARule(rule, { imageRegistries: ['registry.example.com'] });

const twins = (what: string, right: string, wrong: string): Twins => [what, podOfContainer(`image: "${right}"`), podOfContainer(`image: "${wrong}"`), 'spec.containers[0].image'];

itTellsApart(rule, [
  twins('another registry', 'registry.example.com:5000/web:1', 'registry.example.com/web:1'),
  twins('another team of an allowed registry', 'team/web:1', 'others/web:1'),
  twins('a name that only begins like an allowed one', 'docker.io/team/web:1', 'docker.io/team2/web:1'),
  twins('official images where one is allowed', 'nginx:1', 'redis:1'),
  twins('a registry whose name ends like an allowed one', 'ghcr.io/team/web:1', 'evil-ghcr.io/team/web:1'),
], { imageRegistries: ['registry.example.com:5000', 'docker.io/team/', 'docker.io/library/nginx', 'ghcr.io'] });

it('does not judge without knowing what is allowed', () => {
  expect(findingsOf(rule, podOfContainer('image: others/web:1'), {})).toEqual([]);
  expect(findingsOf(rule, podOfContainer('image: others/web:1'), { imageRegistries: [] })).toHaveLength(1);
});
