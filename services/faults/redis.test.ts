import { testWithRedis } from '../lib/testing/redis';
import { redisFaults } from './redis';
import { testFaults } from './testing';

testFaults(redisFaults, testWithRedis);
