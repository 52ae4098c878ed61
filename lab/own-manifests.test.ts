import { buildManifests } from '../charts/app';
import { renderCharts } from '../charts/render';
import { rechain } from '../platform/rechain';
import { environmentNames } from '../platform/spec';
import { ALLOW_PREFIX } from '../policies/exceptions';
import { judgeManifests } from '../policies/policy';
import { presetFor } from '../policies/preset';
import { loadManifests } from '../policies/yaml/load-manifests';

const { namespace } = rechain;
const secrets = rechain.secrets.map(({ name, keys }) => ({ name, namespace, keys }));

describe.each(environmentNames)('our own manifests for %s', (environment) => {
  const files = renderCharts(buildManifests(rechain, environment));
  const loaded = files.map(({ name, text }) => loadManifests(name, text));

  it('break no rule, warnings included, with nothing beside them but the Secrets of the catalog', () => {
    const { findings, waived } = judgeManifests(loaded.flatMap(({ objects }) => objects), { preset: presetFor(environment), context: { complete: true, secrets }, waivers: [], today: new Date(0) });
    expect([...loaded.flatMap((file) => file.findings), ...findings]).toEqual([]);
    expect(waived).toEqual([]);
  });

  it('make no exceptions', () => {
    expect(files.filter(({ text }) => text.includes(ALLOW_PREFIX))).toEqual([]);
  });
});
