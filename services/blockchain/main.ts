import path from 'node:path';
import { shardedData } from '../lib/config';
import { openShards, runService } from '../lib/service';
import { transactionRoutes, userActions } from './app';
import { TransactionStore } from './store';

void runService({
  name: 'blockchain',
  data: shardedData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions,
  open: openShards,
  routes: ({ shards }, metrics) => transactionRoutes(new TransactionStore(shards), metrics),
});
