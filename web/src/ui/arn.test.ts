import { describe, expect, it } from 'vitest';
import { arnProblems } from '../strings/access';
import { accountOf, arnProblem } from './arn';

describe('arnProblem', () => {
  it.each([
    'arn:aws:iam::210987654321:role/PatrolReadOnly',
    'arn:aws-cn:iam::210987654321:role/path/to/Reader',
    'arn:aws-us-gov:iam::210987654321:role/a+b=c,d.e@f-g_h',
    '  arn:aws:iam::210987654321:role/PatrolReadOnly  ',
  ])('takes %s', (text) => expect(arnProblem(text)).toBeNull());

  it.each([
    ['', arnProblems.empty],
    ['PatrolReadOnly', arnProblems.form],
    ['arn:aws:iam::210987654321:user/admin', arnProblems.user],
    ['arn:aws:sts::210987654321:assumed-role/Reader/me', arnProblems.session],
    ['arn:aws:iam::210987654321:policy/X', arnProblems.policy],
    ['arn:aws:s3:::bucket', arnProblems.notRole],
    ['arn:aws:iam::210987654321:role/', arnProblems.noName],
    ['arn:aws:iam::21098765432:role/X', arnProblems.digits],
    ['arn:aws:iam::２10987654321:role/X', arnProblems.digits],
    ['arn:amazon:iam::210987654321:role/X', arnProblems.partition],
    ['arn:aws:iam:us-east-1:210987654321:role/X', arnProblems.form],
    ['arn:aws:iam::210987654321:role/a b', arnProblems.form],
    [`arn:aws:iam::210987654321:role/${'x'.repeat(65)}`, arnProblems.form],
    ['arn:aws:iam::210987654321:role/<script>', arnProblems.form],
  ])('refuses %s', (text, problem) => expect(arnProblem(text)).toBe(problem));

  it('knows the account', () => {
    expect(accountOf('arn:aws:iam::210987654321:role/X')).toBe('210987654321');
    expect(accountOf('nonsense')).toBe('');
  });
});
