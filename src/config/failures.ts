/** `ENOENT` and the like, of an error that the system made. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this user may not open it',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is a file',
  EROFS: 'the disk is read-only',
};

export function failureReason(error: unknown): string {
  return reasons[errorCodeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}
