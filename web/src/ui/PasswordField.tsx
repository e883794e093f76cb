import { session } from '../strings/session';
import { TextField } from './TextField';

export const passwordLeast = 12;

/** What is missing for a password, or undefined. The server knows more rules and says which. */
export function passwordProblem(password: string): string | undefined {
  const missing = passwordLeast - Array.from(password).length;
  return missing > 0 ? session.passwordTooShort(missing) : undefined;
}

interface Props {
  label: string;
  value: string;
  error?: string | undefined;
  autoFocus?: boolean;
  onText: (text: string) => void;
}

/** A password that is chosen, not entered. */
export function PasswordField(props: Props) {
  return (
    <TextField {...props} help={session.passwordHelp} type="password" autoComplete="new-password" />
  );
}
