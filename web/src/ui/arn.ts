/** Checks a role ARN as it is typed: the same rules as the server's, which has the last word. */
import { arnProblems } from '../strings/access';

const shape = /^arn:([^:\s]*):([^:\s]*):([^:\s]*):([^:\s]*):(\S+)$/;
const partitions = new Set(['aws', 'aws-cn', 'aws-us-gov']);
const roleName = /^role\/(?:[!-~]*\/)?[A-Za-z0-9_+=,.@-]{1,64}$/;

/** The account number; empty for a text that is no ARN. */
export function accountOf(arn: string): string {
  return shape.exec(arn.trim())?.[4] ?? '';
}

function wrongKind(service: string, resource: string): string | null {
  if (service === 'sts' && resource.startsWith('assumed-role/')) return arnProblems.session;
  if (service !== 'iam') return arnProblems.notRole;
  if (resource.startsWith('user/')) return arnProblems.user;
  if (resource.startsWith('policy/')) return arnProblems.policy;
  if (resource === 'role' || resource === 'role/') return arnProblems.noName;
  return resource.startsWith('role/') ? null : arnProblems.notRole;
}

/** What is wrong with it, or null. */
export function arnProblem(text: string): string | null {
  const arn = text.trim();
  if (arn === '') return arnProblems.empty;
  const parts = shape.exec(arn);
  if (!parts) return arnProblems.form;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = parts;
  const kind = wrongKind(service, resource);
  if (kind) return kind;
  if (!partitions.has(partition)) return arnProblems.partition;
  if (!/^\d{12}$/.test(account)) return arnProblems.digits;
  if (region !== '' || !roleName.test(resource)) return arnProblems.form;
  return null;
}
