import { StackConfigurationError, stackSettings } from './stack-settings';

const complete: Readonly<Record<string, string>> = { accountId: '012345678901', alarmEmail: 'alarms@example.com' };

test('complete settings are taken as they are', () => {
  expect(stackSettings((key) => complete[key])).toEqual(complete);
});

test('everything that is missing or malformed is said at once', () => {
  expect(() => stackSettings(() => undefined)).toThrow(StackConfigurationError);
  expect(() => stackSettings((key) => ({ accountId: '12345678901', alarmEmail: 'nobody' })[key])).toThrow(
    'the stack configuration has 2 issues:\n  config.accountId: received "12345678901", allowed is 12 digits. Name the account with pulumi config set accountId, quoted in YAML: a leading zero is part of it.\n  config.alarmEmail: received "nobody", allowed is a mail address. Name who is told with pulumi config set alarmEmail.',
  );
});
