/** Where the thread stands: at its end for who reads along, and still for who reads above. */
import { byId } from './dom.js';

/** Closer to the end than this is at the end, in pixels. */
const closeEnough = 64;
/** A scroll this long after a wheel, a finger or a key is the person's own. */
const handMs = 700;

/** Stays at the end of the thread while it grows, but only for someone who is there; others get a button. */
export function createScroll() {
  const scroller = byId('scroller');
  const jump = byId('jump');
  const state = { atEnd: true, top: 0, hand: 0 };

  const stick = () => {
    scroller.scrollTop = Math.min(scroller.scrollHeight, headOfCard(scroller));
    state.top = scroller.scrollTop;
  };

  const toEnd = () => {
    state.atEnd = true;
    jump.hidden = true;
    stick();
  };

  watchHand(scroller, () => {
    state.hand = performance.now();
  });
  scroller.addEventListener(
    'scroll',
    () => {
      if (isAtEnd(scroller, state.top, closeEnough)) state.atEnd = true;
      else if (isLeaving(scroller, state)) state.atEnd = false;
      state.top = scroller.scrollTop;
      if (state.atEnd) jump.hidden = true;
    },
    { passive: true },
  );
  jump.addEventListener('click', toEnd);
  const grown = new ResizeObserver(() => {
    if (state.atEnd) stick();
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

/**
 * Where a card at the end that is taller than the screen begins: it is read from its head. Without one: the end.
 *
 * @param {HTMLElement} scroller
 */
function headOfCard(scroller) {
  const card = [...scroller.querySelectorAll('.message')].at(-1);
  if (card === undefined || !card.matches('.request.open')) return scroller.scrollHeight;
  const { top, height } = card.getBoundingClientRect();
  if (height <= scroller.clientHeight) return scroller.scrollHeight;
  return scroller.scrollTop + top - scroller.getBoundingClientRect().top;
}

/**
 * Going down it need not be hit exactly; going up it is left at once, else a growing text would pull one back.
 *
 * @param {HTMLElement} scroller
 * @param {number} before
 * @param {number} tolerance
 */
function isAtEnd(scroller, before, tolerance) {
  const rest = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  return rest < 2 || (rest < tolerance && scroller.scrollTop > before);
}

/**
 * Moved up by the person: a message that has become shorter moves the thread up as well. A long way is never that.
 *
 * @param {HTMLElement} scroller
 * @param {{ top: number, hand: number }} state
 */
function isLeaving(scroller, { top, hand }) {
  const up = top - scroller.scrollTop;
  return (up > 0 && performance.now() - hand < handMs) || up > scroller.clientHeight / 2;
}

/**
 * @param {HTMLElement} scroller
 * @param {() => void} moved
 */
function watchHand(scroller, moved) {
  for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
    scroller.addEventListener(type, moved, { passive: true });
  addEventListener('keydown', ({ key }) => {
    if (['PageUp', 'ArrowUp', 'Home', 'Tab'].includes(key)) moved();
  });
}
