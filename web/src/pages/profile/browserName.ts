import { profile } from '../../strings/profile';

const browsers: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const known = (table: [RegExp, string][], text: string) =>
  table.find(([form]) => form.test(text))?.[1];

/** "Firefox on Linux": what a browser calls itself, in few words; it may lie. */
export function browserName(userAgent: string): string {
  const browser = known(browsers, userAgent);
  const system = known(systems, userAgent);
  if (!browser) return userAgent.slice(0, 60) || profile.unknownBrowser;
  return system ? `${browser} – ${system}` : browser;
}
