import { spawnService, stopService, untilReady, type ServiceProcess, type Variables } from '../lib/testing/service-process';

/** What a scenario has brought up; it goes down in the opposite order, whatever happens. */
export class Setting {
  private readonly stops: (() => unknown)[] = [];

  private constructor() {}

  static async run<Result>(scenario: (setting: Setting) => Promise<Result>): Promise<Result> {
    const setting = new Setting();
    try {
      return await scenario(setting);
    } finally {
      for (const stop of setting.stops.reverse()) await stop();
    }
  }

  /** Takes care of something that has to be stopped. */
  with<Resource extends { readonly stop: () => unknown }>(resource: Resource): Resource {
    this.stops.push(() => resource.stop());
    return resource;
  }

  /** A service that has started and is ready. */
  async service(name: string, variables: Variables): Promise<ServiceProcess> {
    const service = await spawnService(name, variables);
    this.stops.push(() => stopService(service));
    await untilReady(service);
    return service;
  }
}
