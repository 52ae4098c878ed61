import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from './database';
import type { Replica, ReplicaState } from './replica';
import { exportReplicaLag } from './replica-lag';

const replicaStates: readonly ReplicaState[] = ['healthy', 'lagging', 'ejected'];

/** Exports the state of pools and breakers, by role and by place in that role's list of URLs. Nothing is counted twice to do so: values are read at each scrape. */
export function exportDatabaseMetrics(databases: readonly Database[], registry: Registry): void {
  const registers = [registry];
  const labelNames = ['role', 'number'] as const;
  const each = (set: (labels: { readonly role: string; readonly number: number }, database: Database) => void): void => {
    for (const database of databases) set({ role: database.role, number: database.number }, database);
  };
  new Gauge({ registers, name: 'database_connections', help: 'Open connections by what they do.', labelNames: [...labelNames, 'state'] as const, collect() {
    each((labels, { connections: { counts } }) => {
      this.set({ ...labels, state: 'used' }, counts.used);
      this.set({ ...labels, state: 'idle' }, counts.idle);
    });
  } });
  new Gauge({ registers, name: 'database_waiting', help: 'Queries that wait for a connection.', labelNames, collect() {
    each((labels, { connections }) => this.set(labels, connections.counts.waiting));
  } });
  new Counter({ registers, name: 'database_attempts_total', help: 'Queries that were given to a server, retries and samples included.', labelNames, collect() {
    this.reset();
    each((labels, { connections }) => this.inc(labels, connections.totals.begun));
  } });
  new Counter({ registers, name: 'database_refused_total', help: 'Queries turned away since too many waited, or waited too long.', labelNames, collect() {
    this.reset();
    each((labels, { connections }) => this.inc(labels, connections.totals.refused));
  } });
  new Gauge({ registers, name: 'database_breaker_open', help: '1 while queries are refused since the server fails, else 0.', labelNames, collect() {
    each((labels, { breaker }) => breaker !== undefined && this.set(labels, breaker.isOpen ? 1 : 0));
  } });
}

/** What reads had to do besides asking one replica. */
export interface ReadTotals {
  /** Attempts on a second server, by what it was. */
  readonly fallbacks: { readonly replica: number; readonly primary: number };
  /** Reads that the primary was not asked for, since it had enough of them. */
  readonly refused: number;
}

/** Exports the state of replicas, by their place in DATABASE_REPLICA_URLS, and what reads had to do because of it. */
export function exportReplicaMetrics(replicas: readonly Replica[], totals: () => ReadTotals, registry: Registry): void {
  const registers = [registry];
  const labelNames = ['replica'] as const;
  exportReplicaLag(replicas, registry);
  new Gauge({ registers, name: 'database_replica_state', help: '1 for the state that the replica is in.', labelNames: [...labelNames, 'state'] as const, collect() {
    for (const replica of replicas) for (const state of replicaStates) this.set({ replica: replica.number, state }, replica.state === state ? 1 : 0);
  } });
  new Counter({ registers, name: 'database_replica_ejections_total', help: 'How often the replica was put out.', labelNames, collect() {
    this.reset();
    for (const { number, ejections } of replicas) this.inc({ replica: number }, ejections);
  } });
  new Counter({ registers, name: 'database_replica_failures_total', help: 'Failures that spoke against the replica while it was in.', labelNames, collect() {
    this.reset();
    for (const { number, failures } of replicas) this.inc({ replica: number }, failures);
  } });
  new Gauge({ registers, name: 'database_replica_ejection_seconds', help: 'Time between probes of a replica that is out, else 0.', labelNames, collect() {
    for (const { number, ejectionSeconds } of replicas) this.set({ replica: number }, ejectionSeconds);
  } });
  new Counter({ registers, name: 'database_fallbacks_total', help: 'Reads that a second server was asked for, by what it was.', labelNames: ['to'] as const, collect() {
    const { fallbacks } = totals();
    this.reset();
    this.inc({ to: 'replica' }, fallbacks.replica);
    this.inc({ to: 'primary' }, fallbacks.primary);
  } });
  new Counter({ registers, name: 'database_primary_reads_refused_total', help: 'Reads that the primary was not asked for in place of a replica, since it had enough of them.', collect() {
    this.reset();
    this.inc(totals().refused);
  } });
}
