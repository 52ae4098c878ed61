import { cacheFaults } from './cache';
import type { Fault } from './fault';
import { f23 } from './hostile';
import { f3 } from './keep-alive';
import { f19 } from './overload';
import { f2, f4 } from './pod';
import { primaryFaults } from './primary';
import { poolFaults } from './primary-pool';
import { redisFaults } from './redis';
import { replicaFaults } from './replicas';
import { lagFaults } from './replicas-lag';
import { shardFaults } from './shards';
import { f1 } from './terminate';

const all: readonly Fault[] = [f1, f2, f3, f4, ...replicaFaults, ...primaryFaults, ...lagFaults, ...shardFaults, ...poolFaults, ...redisFaults, ...cacheFaults, f19, f23];
const numberOf = ({ id }: Fault): number => Number(id.slice(1));

/** Every fault that the services survive, in the order of their numbers. */
export const faults: readonly Fault[] = [...all].sort((a, b) => numberOf(a) - numberOf(b));
