import { describe, expect, it } from 'vitest';
import { namedGroup } from './namedGroup';

const groups = [{ key: 'grp_ab.console' }, { key: 'grp_ab' }, { key: 'grp_cd.cli' }];

describe('namedGroup', () => {
  it('is the group of exactly that key', () => {
    expect(namedGroup(groups, 'grp_ab')).toBe(groups[1]);
    expect(namedGroup(groups, 'grp_ab.console')).toBe(groups[0]);
  });

  it('is the same cause when who did it was found after the link was made', () => {
    expect(namedGroup(groups, 'grp_cd')).toBe(groups[2]);
    expect(namedGroup(groups, 'grp_cd.sdk')).toBe(groups[2]);
  });

  it('is never another cause', () => {
    expect(namedGroup(groups, 'grp_c')).toBeUndefined();
    expect(namedGroup(groups, 'grp_cde.cli')).toBeUndefined();
    expect(namedGroup([], 'grp_ab')).toBeUndefined();
  });
});
