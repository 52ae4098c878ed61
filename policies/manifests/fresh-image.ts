import { allContainers, isUnset, settingOf } from '../containers';
import { examplePod } from '../examples';
import { parseImage } from '../image-reference';
import { textOf } from '../narrow';
import type { Rule } from '../policy';

/** An image that is named by its tag is asked for at every start. */
export const freshImage: Rule = {
  id: 'fresh-image',
  title: 'Images have a digest, or are pulled always',
  why: 'A tag can be moved: nodes go on with what they have under it, and let pods use private images that only others may pull.',
  good: examplePod('imagePullPolicy: Always'),
  bad: examplePod('imagePullPolicy: IfNotPresent'),
  remedy: 'Name the image by its digest, or set imagePullPolicy: Always; layers that a node has are not pulled again.',
  *check(store) {
    for (const container of allContainers(store)) {
      const image = parseImage(textOf(container.fields['image']) ?? '');
      const { value, path } = settingOf(container, 'imagePullPolicy');
      const isAlwaysByDefault = isUnset(value) && (image?.tag === undefined || image.tag === 'latest');
      if (!image || image.digest !== undefined || value === 'Always' || isAlwaysByDefault) continue;
      yield { object: container.pod.owner, path, received: value, message: 'must be Always for an image without a digest' };
    }
  },
};
