import { itIsARule, itTellsApart, podOf, podOfContainer } from '../rule-testing';
import { freshImage as rule } from './fresh-image';

itIsARule(rule, {}, 'warning');

const digest = `@sha256:${'0a'.repeat(32)}`;
const path = 'spec.containers[0].imagePullPolicy';

itTellsApart(rule, [
  ['a tag that is kept', podOfContainer('image: web:1, imagePullPolicy: Always'), podOfContainer('image: web:1, imagePullPolicy: Never'), path],
  ['a tag that is kept by default', podOfContainer('image: web:latest'), podOfContainer('image: web:1'), path],
  ['no digest', podOfContainer(`image: "web:1${digest}"`), podOfContainer('image: web:1'), path],
  ['an image that is one', podOfContainer('image: "{{ image }}"'), podOfContainer('image: image:1'), path],
  ['latest that is kept', podOfContainer('image: web'), podOfContainer('image: web, imagePullPolicy: IfNotPresent'), path],
  ['init containers', podOf('initContainers: [{ image: a:1, imagePullPolicy: Always }]'), podOf('initContainers: [{ image: a:1 }]'), 'spec.initContainers[0].imagePullPolicy'],
]);
