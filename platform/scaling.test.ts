import fc from 'fast-check';
import { cautiousScaleDown, confirmedScaleUp, describeBehavior, immediateScaleUp, promptScaleDown, type ScalingBehavior, secondsToScale } from './scaling';

describe('scaling behaviors', () => {
  test.each([
    ['cautious', cautiousScaleDown, 100, 3, 52],
    ['prompt', promptScaleDown, 100, 3, 22],
    ['confirmed', confirmedScaleUp, 3, 100, 1],
    ['immediate', immediateScaleUp, 3, 100, 1],
  ])('%s takes the minutes that its doc comment states', (_name, behavior, from, to, minutes) => {
    expect(secondsToScale(behavior, from, to)).toBe(minutes * 60);
  });

  test('describes itself with the computed minutes and the window', () => {
    expect(describeBehavior(cautiousScaleDown, 100, 3)).toBe('cautious: 100 to 3 pods in 52 min, after a window of 300 s');
  });

  test('no change takes no time', () => {
    expect(secondsToScale(cautiousScaleDown, 7, 7)).toBe(0);
  });

  test('policies that allow no step take forever', () => {
    const stuck: ScalingBehavior = { name: 'stuck', stabilizationWindowSeconds: 0, select: 'Min', policies: [{ type: 'Pods', value: 0, periodSeconds: 60 }] };
    expect(secondsToScale(stuck, 5, 1)).toBe(Infinity);
  });

  test('policies of different periods each count from where their own period began', () => {
    const mixed: ScalingBehavior = { name: 'mixed', stabilizationWindowSeconds: 0, select: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }, { type: 'Pods', value: 1, periodSeconds: 15 }] };
    // Four at once, then one every 15 s; the last step counts with the longest period.
    expect(secondsToScale(mixed, 10, 14)).toBe(60);
    expect(secondsToScale(mixed, 10, 15)).toBe(75);
  });

  test('is never faster with Min than with Max', () => {
    const policies = fc.array(fc.record({ type: fc.constantFrom('Percent' as const, 'Pods' as const), value: fc.integer({ min: 1, max: 200 }), periodSeconds: fc.constantFrom(15, 30, 60) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (list, from, to) => {
        const behavior = { name: 'any', stabilizationWindowSeconds: 0, policies: list };
        expect(secondsToScale({ ...behavior, select: 'Max' }, from, to)).toBeLessThanOrEqual(secondsToScale({ ...behavior, select: 'Min' }, from, to));
      }),
    );
  });
});
