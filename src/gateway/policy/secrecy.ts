/** Which names of files tell that a secret is in them. A rule of thumb, so it rather says yes. Pure. */

const telling: readonly RegExp[] = [
  /^\.env/,
  /\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|ovpn|tfstate)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)/,
  /^\.(?:npmrc|netrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|boto|s3cfg|vault-token|yarnrc\.yml)$/,
  /^_netrc$/,
  /credentials?(?:\.|$)|(?:^|[._-])secrets?(?:\.|$)|service[-_]?account.*\.json$/,
];

/** What lies in these belongs to a tool, keys among it. */
const places = /^\.(?:ssh|gnupg|aws|azure|gcloud|kube|docker|git|terraform)$/;

/** Of a path whose parts are separated by `/`. */
export function mayHoldSecrets(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.at(-1) ?? '';
  return telling.some((one) => one.test(name)) || parts.some((part) => places.test(part));
}
