/** What someone sees who may not come in yet, and how to. */
export type LandingReason = 'no-key' | 'wrong-key' | 'no-password' | 'wrong-password' | 'too-often';

const words: Readonly<Record<LandingReason, { readonly status: number; readonly text: string }>> = {
  'no-key': {
    status: 401,
    text: 'This page drives a coding agent, so it opens only with its key. Use the address that Dragoman printed when it started; it ends in <code>/?key=…</code> and stands in the terminal or the log.',
  },
  'wrong-key': {
    status: 403,
    text: 'This key is not the right one; it may belong to another Dragoman. Use the address that this one printed when it started; it stands in the terminal or the log.',
  },
  'no-password': {
    status: 401,
    text: 'This page drives a coding agent. Enter the password that its operator has set.',
  },
  'wrong-password': {
    status: 403,
    text: 'This is not the password. It is the value of WEB_PASSWORD where Dragoman runs.',
  },
  'too-often': { status: 429, text: 'There were too many wrong passwords. Wait a minute and try again.' },
};

export function landing(refusal: LandingReason): Response {
  const { status, text } = words[refusal];
  const form = refusal.endsWith('key') ? '' : passwordForm;
  return new Response(page(text, form), { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

const passwordForm = `
      <form method="post" action="/login">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
        <button class="primary" type="submit">Open</button>
      </form>`;

const page = (text: string, form: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Dragoman</title>
    <link rel="icon" href="/assets/icon.svg">
    <link rel="stylesheet" href="/assets/base.css">
    <link rel="stylesheet" href="/assets/landing.css">
  </head>
  <body class="landing">
    <main>
      <h1>Dragoman</h1>
      <p>${text}</p>${form}
    </main>
  </body>
</html>
`;
