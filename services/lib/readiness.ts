/** Why a process takes no traffic, or that it does. */
export type ReadinessState = 'starting' | 'ready' | 'draining';

/**
 * Whether a process is to be sent traffic: from the moment its schema is present until it drains,
 * and never back for the loss of a dependency that all pods share, which would take every pod out.
 */
export class Readiness {
  private current: ReadinessState = 'starting';

  get state(): ReadinessState {
    return this.current;
  }

  markReady(): void {
    if (this.current === 'starting') this.current = 'ready';
  }

  markDraining(): void {
    this.current = 'draining';
  }
}
