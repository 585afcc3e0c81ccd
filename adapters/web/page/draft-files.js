/** Files of drafts and their way to the server, which goes on while the person writes. */
import { api, OfflineError } from './api.js';
import { newId } from './dom.js';

/**
 * @typedef {import('./types.js').DraftFile} DraftFile
 * @typedef {import('./types.js').FileLimits} FileLimits
 */

/** A try after the server did not answer. */
const againMs = 2000;
const megabyte = 1024 * 1024;

/**
 * Files that go with the next message of each thread. They are brought to the server at once, one after another,
 * and so outlive a reload of the page; those that were not there yet are lost with it.
 *
 * @param {{ onChange: () => void, onProblem: (text: string) => void }} told
 */
export function createDraftFiles({ onChange, onProblem }) {
  /** @type {{ place: string, limits: FileLimits | undefined, working: boolean }} */
  const state = { place: 'new', limits: undefined, working: false };
  /** @type {Map<string, DraftFile[]>} */
  const drafts = new Map();

  const here = () => drafts.get(state.place) ?? [];

  /** @param {string} place @param {DraftFile[]} files */
  const put = (place, files) => {
    drafts.set(place, files);
    store(place, files);
    onChange();
  };

  /** @param {DraftFile} file */
  const drop = (file) => {
    for (const [place, files] of drafts)
      if (files.includes(file))
        put(
          place,
          files.filter((each) => each !== file),
        );
  };

  const work = async () => {
    if (state.working) return;
    state.working = true;
    const next = () => [...drafts.values()].flat().find((file) => file.state !== 'ready');
    for (let file = next(); file !== undefined; file = next()) await bring(file);
    state.working = false;
  };

  /** @param {DraftFile} file */
  const bring = async (file) => {
    try {
      for await (const done of parts(file, state.limits)) {
        if (!isWanted(drafts, file)) return;
        file.state = 'sending';
        file.done = done;
        onChange();
      }
      file.state = 'ready';
      for (const [place, files] of drafts) store(place, files);
      onChange();
    } catch (error) {
      if (error instanceof OfflineError) {
        file.state = 'waiting';
        onChange();
        await new Promise((resolve) => setTimeout(resolve, againMs));
        return;
      }
      // First, because what waits for the file must not go without it.
      onProblem(error instanceof Error ? error.message : String(error));
      drop(file);
    }
  };

  return {
    /** @param {FileLimits} limits */
    limit(limits) {
      state.limits = limits;
    },
    /** Takes what there is room for, and says why the rest is left out. @param {Iterable<File>} files */
    add(files) {
      const { place } = state;
      for (const file of files) {
        const problem = problemOf(file, here(), state.limits);
        if (problem === undefined) put(place, [...here(), draftOf(file)]);
        else onProblem(problem);
      }
      work();
    },
    /** @param {DraftFile} file */
    remove(file) {
      drop(file);
      // One that stays there is forgotten by the server after some days.
      api.removeFile(file.id).catch(() => {});
    },
    /** The files of this thread’s draft are shown from here on. @param {string} place */
    show(place) {
      state.place = place;
      if (!drafts.has(place)) drafts.set(place, stored(place));
      onChange();
    },
    files: here,
    /** All of them are with the server. */
    ready: () => here().every((file) => file.state === 'ready'),
    /** They go with a message now, and belong to the draft no longer. */
    take() {
      const taken = here().map(({ id, name, size, picture }) => ({ id, name, size, picture }));
      put(state.place, []);
      return taken;
    },
  };
}

/** @param {Map<string, DraftFile[]>} drafts @param {DraftFile} file */
function isWanted(drafts, file) {
  return [...drafts.values()].some((files) => files.includes(file));
}

/**
 * Brings the file part by part; yields how many bytes are there.
 *
 * @param {DraftFile} file
 * @param {FileLimits | undefined} limits
 */
async function* parts({ id, name, mime, size, blob }, limits) {
  const partBytes = limits?.partBytes ?? size;
  const begun = await api.beginFile({ id, name, mime, size });
  for (let part = begun.parts; part * partBytes < size; part += 1) {
    const bytes = await blob
      ?.slice(part * partBytes, (part + 1) * partBytes)
      .arrayBuffer()
      .catch(() => undefined);
    if (bytes === undefined)
      throw new Error(
        `${name} could not be read. Only files can be attached; of a folder, attach its files.`,
      );
    await api.addPart(id, part, bytes);
    yield Math.min(size, (part + 1) * partBytes);
  }
}

/**
 * As the server would say it, without bringing anything.
 *
 * @param {File} file
 * @param {readonly DraftFile[]} others
 * @param {FileLimits | undefined} limits
 */
function problemOf({ name, size }, others, limits) {
  if (size === 0) return `${name} is empty, so it was not attached.`;
  if (limits === undefined) return undefined;
  const { maxBytes, maxTotalBytes, maxCount } = limits;
  if (size > maxBytes)
    return `${name} is over ${maxBytes / megabyte} MB, so it was not attached. Put it into the project and name it instead.`;
  if (others.length >= maxCount)
    return `${name} was not attached: at most ${maxCount} files go with one message. Send it with another one.`;
  if (others.reduce((sum, each) => sum + each.size, size) > maxTotalBytes)
    return `${name} was not attached: the files would be over ${maxTotalBytes / megabyte} MB together. Send it with another message.`;
  return undefined;
}

/** @param {File} file @returns {DraftFile} */
function draftOf(file) {
  const { name, type, size } = file;
  return {
    id: newId(),
    name,
    mime: type,
    size,
    picture: /^image\/(png|jpeg|gif|webp|avif)$/.test(type),
    blob: file,
    state: 'waiting',
    done: 0,
  };
}

/** @param {string} place */
const keyOf = (place) => `dragoman.files.${place}`;

/** @param {string} place @param {readonly DraftFile[]} files */
function store(place, files) {
  const ready = files.filter((file) => file.state === 'ready').map((file) => ({ ...file, blob: undefined }));
  if (ready.length === 0) localStorage.removeItem(keyOf(place));
  else localStorage.setItem(keyOf(place), JSON.stringify(ready));
}

/** @param {string} place @returns {DraftFile[]} */
function stored(place) {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(place)) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    // What another version or another program left there is of no use.
    return [];
  }
}
