import type { Conversation } from '../mysql/conversation.ts';
import type { Gap } from '../tcp/connection.ts';
import { count } from './count.ts';
import { hang } from './table.ts';

/** A place where bytes are missing. */
export interface GapPlace {
  readonly connection: number;
  readonly from: 'client' | 'server';
  readonly bytes: number;
  /** The frames with the bytes on either side of it; null where there are none. */
  readonly afterFrame: number | null;
  readonly beforeFrame: number | null;
  /** The receiver had the bytes: only the capture lost them. */
  readonly acknowledged: boolean;
}

/** The first places of some connections, by frame. */
export function gapPlaces(conversations: readonly Conversation[]): GapPlace[] {
  const places = conversations.flatMap(({ client, connection }) =>
    connection.halves.flatMap(({ keptGaps }) =>
      keptGaps.map((gap): GapPlace => placeOf(gap, connection.number, client ?? 0)),
    ),
  );
  return places.sort((a, b) => frameOf(a) - frameOf(b));
}

function placeOf(gap: Gap, connection: number, client: number): GapPlace {
  return {
    connection,
    from: gap.direction === client ? 'client' : 'server',
    bytes: gap.length,
    afterFrame: gap.before?.number ?? null,
    beforeFrame: gap.after?.number ?? null,
    acknowledged: gap.acknowledged,
  };
}

function frameOf({ afterFrame, beforeFrame }: GapPlace): number {
  return afterFrame ?? beforeFrame ?? 0;
}

/** Places that a text has room for. */
const MAX_TOLD = 3;

/** A line a place, under what says how many bytes are missing. */
export function gapsText(places: readonly GapPlace[], total: number, width: number | null): string {
  const told = places.slice(0, MAX_TOLD);
  const rest = total - told.length;
  return [
    ...told.map((place) => hang('  ', placeText(place), width)),
    ...(rest > 0 ? [`  and ${count(rest, 'more place')}\n`] : []),
  ].join('');
}

function placeText(place: GapPlace): string {
  const { connection, from, bytes, acknowledged } = place;
  const receiver = from === 'client' ? 'server' : 'client';
  const why = acknowledged
    ? `the ${receiver} acknowledged them, so only the capture lost them`
    : `nothing shows that the ${receiver} had them`;
  return `connection ${connection}: ${count(bytes, 'byte')} of the ${from}'s ${whereText(place)}; ${why}`;
}

function whereText({ afterFrame, beforeFrame }: GapPlace): string {
  if (afterFrame === null) return beforeFrame === null ? 'alone' : `before frame ${beforeFrame}`;
  return beforeFrame === null
    ? `after frame ${afterFrame}`
    : `between frames ${afterFrame} and ${beforeFrame}`;
}
