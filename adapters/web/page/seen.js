/** Up to when the person has seen a thread, kept in the browser. @param {string} thread */
const placeOf = (thread) => `dragoman.seen.${thread}`;

/** The thread is on the screen. @param {{ id: string, activeAt: number }} thread */
export function see({ id, activeAt }) {
  if (document.visibilityState === 'visible') localStorage.setItem(placeOf(id), String(activeAt));
}

/** Something was added to it since. @param {{ id: string, activeAt: number }} thread */
export function isNew({ id, activeAt }) {
  return Number(localStorage.getItem(placeOf(id)) ?? 0) < activeAt;
}
