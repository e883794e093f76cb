/** The nouns of the API by name, from the generated schema: `S['CloudAccount']`. */
import type { components } from './api/schema';

export type S = components['schemas'];
export type Severity = keyof S['CloudAccount']['open_changes'];
