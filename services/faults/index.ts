import type { Fault } from './fault';

/** Every fault that the services survive, in the order of their numbers. */
export const faults: readonly Fault[] = [];
