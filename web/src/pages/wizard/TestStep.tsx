import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { connection } from '../../strings/access';
import { wizard } from '../../strings/wizard';
import type { S } from '../../types';
import { ErrorPanel } from '../../ui/ErrorPanel';
import { TestResult } from '../access/TestResult';
import type { Finish } from './useFinish';

interface Props {
  account: S['CloudAccount'];
  finish: Finish;
}

function TestCard({ finish }: { finish: Finish }) {
  const { test } = finish;
  const again = (
    <Button iconName="refresh" loading={test.isPending} onClick={() => test.mutate()}>
      {connection.testAgain}
    </Button>
  );
  return (
    <Container
      header={
        <Header variant="h2" actions={again}>
          {wizard.testTitle}
        </Header>
      }
    >
      <TestResult test={test} />
    </Container>
  );
}

export function TestStep({ account, finish }: Props) {
  if (!finish.scannable) {
    return (
      <Alert type="info" header={wizard.nothingToTest}>
        {account.mode === 'collector' ? wizard.pendingCollector : wizard.pendingProvider}
      </Alert>
    );
  }
  const failed = finish.test.data?.ok === false || finish.test.error !== null;
  return (
    <SpaceBetween size="l">
      {finish.error && <ErrorPanel what={wizard.accountFailed} error={finish.error} />}
      <TestCard finish={finish} />
      {failed && <Alert type="info">{wizard.failedText}</Alert>}
      <Container header={<Header variant="h2">{wizard.scanning}</Header>}>
        <SpaceBetween size="s">
          <Toggle
            checked={finish.scanNow && !failed}
            disabled={failed}
            onChange={({ detail }) => finish.setScanNow(detail.checked)}
          >
            {wizard.scanNow}
          </Toggle>
          <Toggle
            checked={finish.autoScan}
            description={wizard.autoScanText}
            onChange={({ detail }) => finish.setAutoScan(detail.checked)}
          >
            {wizard.autoScan}
          </Toggle>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}

export function submitText({ scannable, passed, scanNow }: Finish): string {
  if (!scannable) return wizard.savePending;
  if (!passed) return wizard.saveWithoutScan;
  return scanNow ? wizard.saveAndScan : wizard.save;
}
