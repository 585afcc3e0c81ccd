/** What each slot of a turn shows. Pure. */
import type { Button, Capabilities, OutboundMessage } from '../core/channel.ts';
import { activityText, statusNotes } from './activity.ts';
import type { Draft } from './drafts.ts';
import type { Ending } from './ending.ts';
import { todoText } from './notices.ts';
import type { TurnView } from './plan.ts';

/** A whole turn, as far as a single slot must know it. */
export interface Scene {
  readonly view: TurnView;
  readonly capabilities: Capabilities;
  readonly ending: Ending | undefined;
  readonly drafts: readonly Draft[];
  /** The segment that is not sealed. */
  readonly last: number;
}

export function draftContent(scene: Scene, draft: Draft): OutboundMessage {
  const { view, capabilities } = scene;
  const { body } = draft;
  const base = { buttons: [], live: false, silent: true } as const;
  switch (body.type) {
    case 'todo':
      return { ...base, kind: 'todo', markdown: todoText(body.todos, capabilities) };
    case 'activity': {
      const speaks = draft === newestActivity(scene) && !isLeftToText(scene);
      const markdown = activityText(view, body.entries, speaks, capabilities);
      const live = speaks && scene.ending === undefined;
      return { ...base, kind: 'activity', markdown, live, buttons: stopButtons(scene, draft) };
    }
    case 'text':
      return draft === newestText(scene)
        ? lastText(scene, draft, body.markdown)
        : { ...base, kind: 'text', markdown: body.markdown };
  }
}

/** The text that can still grow, or that ends the turn. */
function lastText(scene: Scene, draft: Draft, markdown: string): OutboundMessage {
  const { view, ending } = scene;
  if (ending === undefined) {
    const notes = view.verbosity === 'quiet' ? statusNotes(view).join('\n') : '';
    const footnote = notes === '' ? {} : { footnote: notes };
    const buttons = stopButtons(scene, draft);
    return { kind: 'text', markdown, ...footnote, buttons, live: true, silent: true };
  }
  return {
    kind: 'text',
    markdown,
    ...(ending.footnote === '' ? {} : { footnote: ending.footnote }),
    buttons: ending.buttons,
    live: false,
    silent: !ending.pings,
    ...(ending.pings ? { mention: view.author.id } : {}),
  };
}

function newestActivity({ drafts }: Scene): Draft | undefined {
  return drafts.findLast(({ body }) => body.type === 'activity');
}

/** That it goes on elsewhere is said once: below the text, where there is one. */
function isLeftToText(scene: Scene): boolean {
  return scene.view.standing.type === 'detached' && newestText(scene) !== undefined;
}

function newestText({ drafts, last }: Scene): Draft | undefined {
  return drafts.findLast(({ body, segment }) => body.type === 'text' && segment === last);
}

/** On the message that a person looks at: the activity, or the text where all activity is above a card. */
function stopButtons(scene: Scene, draft: Draft): readonly Button[] {
  const { view, last } = scene;
  if (view.standing.type !== 'running') return [];
  const activity = newestActivity(scene);
  const holder = activity?.segment === last ? activity : (newestText(scene) ?? activity);
  return draft === holder
    ? [{ label: 'Stop', token: view.token({ type: 'stop', prompt: view.id }), style: 'plain' }]
    : [];
}
