import { allContainers, isUnset, settingOf, type PodContainer } from '../containers';
import { examplePod } from '../examples';
import { parseImage } from '../image-reference';
import { textOf } from '../narrow';
import type { Rule } from '../policy';

/** What is wrong with an image reference; undefined where it is pinned. */
function faultOf(image: unknown): string | undefined {
  if (isUnset(image) || image === '') return 'must name an image';
  const reference = parseImage(textOf(image) ?? '');
  if (!reference) return 'is no image reference: [registry[:port]/]repository[:tag][@digest]';
  if (reference.digest !== undefined) return undefined;
  if (reference.tag === undefined) return 'must have a tag or a digest; without one it is latest';
  return reference.tag === 'latest' ? 'must not be latest' : undefined;
}

/** What Istio's injector puts its own image into. */
const isInjected = ({ fields }: PodContainer): boolean => fields['name'] === 'istio-proxy' && fields['image'] === 'auto';

/** Every image has a tag other than latest, or a digest. */
export const pinnedImage: Rule = {
  id: 'pinned-image',
  title: 'Images are pinned',
  why: 'What latest means changes by itself: pods of one workload run different programs, and a roll-back rolls nothing back.',
  good: examplePod(''),
  bad: examplePod('').replace('web:1.0', 'web:latest'),
  remedy: 'Give the tag of a release, or better its digest.',
  *check(store) {
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'image');
      const message = faultOf(value);
      if (message !== undefined && !isInjected(container)) yield { object: container.pod.owner, path, received: value, message };
    }
  },
};
