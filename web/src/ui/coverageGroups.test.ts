import { describe, expect, it } from 'vitest';
import type { S } from '../types';
import { coverageGroups, missingPolicy } from './coverageGroups';

function line(part: Partial<S['CoverageLine']>): S['CoverageLine'] {
  return {
    type: 'AWS::KMS::Key',
    service: 'kms',
    scope: 'eu-central-1',
    status: 'denied',
    count: 0,
    calls: 1,
    reason: null,
    missing_action: null,
    hint: null,
    unknown_paths: [],
    live: 0,
    stale_since: null,
    since: null,
    ...part,
  };
}

describe('coverage by what was missing', () => {
  const groups = coverageGroups([
    line({ status: 'throttled', reason: 'Rate exceeded', type: 'AWS::S3::Bucket' }),
    line({ missing_action: 'kms:DescribeKey' }),
    line({ missing_action: 'kms:DescribeKey', scope: 'us-east-1' }),
    line({ missing_action: 'kms:DescribeKey', type: 'AWS::KMS::Alias' }),
    line({ missing_action: 'ec2:DescribeVpcs' }),
  ]);

  it('is one group a cause, refusals first', () => {
    expect(groups.map(({ action, slices }) => [action, slices])).toEqual([
      ['kms:DescribeKey', 3],
      ['ec2:DescribeVpcs', 1],
      ['', 1],
    ]);
    expect(groups[0]?.types).toEqual(['AWS::KMS::Key', 'AWS::KMS::Alias']);
    expect(groups[0]?.scopes).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('names every action once in the policy', () => {
    const policy = JSON.parse(missingPolicy(groups) ?? '') as {
      Statement: { Action: string[]; Effect: string }[];
    };
    expect(policy.Statement[0]?.Action).toEqual(['ec2:DescribeVpcs', 'kms:DescribeKey']);
  });

  it('puts nothing into a policy that is no action', () => {
    const bad = ['kms:*', '*', 'kms:Describe"Key', '<b>', 'iam:Get*'];
    expect(
      missingPolicy(coverageGroups(bad.map((missing_action) => line({ missing_action })))),
    ).toBeNull();
  });
});
