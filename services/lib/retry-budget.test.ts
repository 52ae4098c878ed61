import { RETRY_RESERVE, RetryBudget } from './retry-budget';

const drain = (budget: RetryBudget): number => {
  let count = 0;
  while (budget.withdraw()) count += 1;
  return count;
};

it('allows a burst, and in the long run one more attempt for every fifth request', () => {
  const budget = new RetryBudget();
  expect(drain(budget)).toBe(RETRY_RESERVE);
  let more = 0;
  for (let request = 0; request < 1_000; request += 1) {
    budget.deposit();
    if (budget.withdraw()) more += 1;
  }
  expect(more).toBeGreaterThanOrEqual(199);
  expect(more).toBeLessThanOrEqual(200);
});

it('does not save up more than its reserve', () => {
  const budget = new RetryBudget();
  for (let request = 0; request < 10_000; request += 1) budget.deposit();
  expect(drain(budget)).toBe(RETRY_RESERVE);
});
