import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { imageScanning as rule } from './image-scanning';

itIsAResourceRule(rule);

const example = exampleOf('aws:ecr/repository:Repository');
itTellsResourcesApart(rule, [
  ['no scan', example('{ imageScanningConfiguration: { scanOnPush: true } }'), example('{ imageScanningConfiguration: { scanOnPush: false } }'), 'imageScanningConfiguration.scanOnPush'],
  ['a scan that nothing is said of', example('{ imageScanningConfiguration: "${config.scan}" }'), example('{}'), 'imageScanningConfiguration.scanOnPush'],
]);
