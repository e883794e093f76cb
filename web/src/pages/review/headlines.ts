import { review } from '../../strings/review';

/** What a change is called that no severity rule explains. */
export const headlines = {
  added: review.wholeAdded,
  removed: review.wholeRemoved,
  paths: review.pathsChanged,
};
