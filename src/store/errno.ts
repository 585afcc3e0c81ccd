/** Is it this error of the operating system? */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The machine refused to read or write, which says nothing about what is on the disk. */
export function isAccessRefusal(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EMFILE', 'ENOTDIR', 'EEXIST'].some((code) =>
    isErrno(error, code),
  );
}
