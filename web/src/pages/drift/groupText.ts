/** What a group of changes is called. */
import { review } from '../../strings/review';
import type { S } from '../../types';
import { clipped, visible } from '../../ui/foreignText';
import { shortPath } from '../../ui/pathDiff';

type DriftGroup = S['DriftGroup'];

const titleChars = 140;

export function titleOf({ why, op, path, paths }: DriftGroup): string {
  if (why) return clipped(visible(why), titleChars);
  if (op === 'added') return review.wholeAdded;
  if (op === 'removed') return review.wholeRemoved;
  if (!path || paths.length > 1) return review.pathsChanged(paths.length);
  return clipped(visible(shortPath(path)), titleChars);
}

export function actorText({ actor_class: kind }: DriftGroup): string {
  if (!kind) return review.whoUnknown;
  const names: Record<string, string> = review.via;
  return names[kind] || review.whoUnknown;
}
