import { allContainers, settingOf } from '../containers';
import { examplePod } from '../examples';
import { parseImage } from '../image-reference';
import { textOf } from '../narrow';
import type { Rule } from '../policy';

/** Every image comes from a registry, or a part of one, that is trusted. Unjudged where nobody says which are. */
export const allowedRegistry: Rule = {
  id: 'allowed-registry',
  title: 'Images come from allowed registries',
  why: 'An image from anywhere is a program from anyone, unscanned, and gone when its owner likes.',
  good: examplePod(''),
  bad: examplePod('').replace('registry.example.com/', 'docker.io/someone/'),
  remedy: 'Copy the image to an allowed registry, or allow its own.',
  *check(store, { imageRegistries }) {
    if (!imageRegistries) return;
    for (const container of allContainers(store)) {
      const { value, path } = settingOf(container, 'image');
      const image = parseImage(textOf(value) ?? '');
      const place = image && `${image.registry}/${image.repository}/`;
      if (place === undefined || imageRegistries.some((allowed) => place.startsWith(`${allowed.replace(/\/$/, '')}/`))) continue;
      yield { object: container.pod.owner, path, received: value, message: `must come from ${imageRegistries.join(', ') || 'no registry at all'}` };
    }
  },
};
