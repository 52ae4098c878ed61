import path from 'node:path';
import { replicatedData } from '../../lib/config';
import { defineQueries } from '../../lib/database';
import { openReplicated, runService } from '../../lib/service';

/** A service for F14: one route, whose query takes as long as SLOW_MILLIS says. */

const QUERIES = defineQueries({ slow: 'SELECT pg_sleep($1)' });
const seconds = Number(process.env['SLOW_MILLIS']) / 1_000;

void runService({
  name: 'slow-query',
  data: replicatedData,
  migrationsFolder: path.join(__dirname, 'migrations'),
  userActions: [],
  open: openReplicated,
  routes: ({ pool }) => [
    {
      method: 'GET',
      path: '/slow',
      // Far beyond what the row judges, so that it is the pool that refuses.
      deadlineMillis: 30_000,
      handle: async (_request, response) => {
        await pool.read(QUERIES.slow, [seconds], { deadline: response.locals.deadline });
        response.json({});
      },
    },
  ],
});
