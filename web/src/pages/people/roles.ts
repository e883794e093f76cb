import { common } from '../../strings/common';
import { people } from '../../strings/people';
import type { S } from '../../types';

const roles: S['Role'][] = ['viewer', 'operator', 'admin', 'owner'];

export function isAbove(role: S['Role'], own: S['Role']): boolean {
  return roles.indexOf(role) > roles.indexOf(own);
}

/** Nobody gives more than he has. */
export function rolesUpTo(own: S['Role']) {
  return roles
    .filter((role) => !isAbove(role, own))
    .map((value) => ({
      value,
      label: common.roleNames[value],
      description: people.roleTexts[value],
    }));
}
