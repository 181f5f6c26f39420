/** The call types of the town's run cards. */

import { computed, signal } from "@preact/signals";

export interface Card {
  readonly call_type: string;
}

export const cards = signal<readonly Card[]>([]);
export const callTypes = computed(() => [...new Set(cards.value.map((card) => card.call_type))].sort());
