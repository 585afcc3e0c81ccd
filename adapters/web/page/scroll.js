import { byId } from './dom.js';

/** Closer to the end than this is at the end, in pixels. */
const closeEnough = 64;

/** Stays at the end of the thread while it grows, but only for someone who is there; others get a button. */
export function createScroll() {
  const scroller = byId('scroller');
  const jump = byId('jump');
  const state = { atEnd: true, top: 0 };

  const toEnd = () => {
    state.atEnd = true;
    jump.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  };

  scroller.addEventListener(
    'scroll',
    () => {
      const rest = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      // Who scrolls up leaves the end at once, else a growing text would pull them back; who scrolls down need not
      // hit it exactly. A text that has grown in between has moved nobody.
      if (rest < 2) state.atEnd = true;
      else if (scroller.scrollTop < state.top) state.atEnd = false;
      else if (rest < closeEnough) state.atEnd = true;
      state.top = scroller.scrollTop;
      if (state.atEnd) jump.hidden = true;
    },
    { passive: true },
  );
  jump.addEventListener('click', toEnd);
  const grown = new ResizeObserver(() => {
    if (state.atEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  grown.observe(scroller);
  for (const child of scroller.children) grown.observe(child);

  return {
    toEnd,
    /** Something was added or changed. @param {boolean} isNew */
    changed(isNew) {
      if (!state.atEnd && isNew) jump.hidden = false;
    },
    /** What stands on the screen stays there while something is added above it. @param {() => void} add */
    keep(add) {
      const before = scroller.scrollHeight - scroller.scrollTop;
      state.atEnd = false;
      add();
      scroller.scrollTop = scroller.scrollHeight - before;
    },
  };
}
