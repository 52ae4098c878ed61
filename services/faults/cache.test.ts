import { testWithRedis } from '../lib/testing/redis';
import { cacheFaults } from './cache';
import { testFaults } from './testing';

testFaults(cacheFaults, testWithRedis);
