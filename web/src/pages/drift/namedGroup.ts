/**
 * The group that a key names. Who did it is part of a key and may be found only after a link was made, or be
 * another one since: then it is the group of the same cause.
 */
export function namedGroup<Group extends { key: string }>(
  groups: readonly Group[],
  key: string,
): Group | undefined {
  const cause = (text: string) => text.split('.', 1)[0];
  return (
    groups.find((group) => group.key === key) ??
    groups.find((group) => cause(group.key) === cause(key))
  );
}
