/** Reachable from this machine only. Takes what stands in a URL or in a listener's host. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

/** A name without a dot, as a compose file gives to its services, or an address that no router of the internet knows. */
export function isPrivateHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (/^[a-z0-9][a-z0-9_-]*$/.test(bare) && !/^\d+$/.test(bare)) return true;
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)/.test(bare);
}
