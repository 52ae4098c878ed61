import { f23 } from './hostile';
import { testFaults } from './testing';

testFaults([f23]);
