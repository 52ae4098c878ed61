import { primaryFaults } from './primary';
import { poolFaults } from './primary-pool';
import { testFaults } from './testing';

testFaults([...primaryFaults, ...poolFaults]);
