import { shardFaults } from './shards';
import { testFaults } from './testing';

testFaults(shardFaults);
