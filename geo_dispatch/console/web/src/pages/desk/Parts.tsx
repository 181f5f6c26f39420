/** Pieces that every answer is made of. */

import type { ComponentChildren } from "preact";
import type { Source } from "./types";
import { dialled, gradeWords, webAddress } from "./wording";

export function Phone(props: { readonly number: string | null | undefined }) {
  return props.number ? (
    <a class="phone" href={dialled(props.number)}>
      {props.number}
    </a>
  ) : null;
}

/** A name, as a link where it has an address of the web. */
export function Named(props: { readonly name: string; readonly url: string | null | undefined }) {
  const address = webAddress(props.url);
  return address ? (
    <a href={address} rel="noopener noreferrer external">
      {props.name}
    </a>
  ) : (
    <>{props.name}</>
  );
}

export function SourceLine(props: { readonly source: Source }) {
  const { name, url, date, grade, verified } = props.source;
  return (
    <p class="source">
      <span class={verified ? "seal good" : "seal doubtful"}>
        <span aria-hidden="true">{verified ? "✓ " : "? "}</span>
        {verified ? "Verified by the town" : "Unverified: nobody of the town has confirmed this"}
      </span>{" "}
      <span>
        Source: <Named name={name} url={url} />
        {date ? `, ${date}` : ", undated"}
        {grade ? `, grade ${gradeWords(grade)}` : ""}
      </span>
    </p>
  );
}

export function OpenNow(props: { readonly state: unknown }) {
  const said = { open: "Open now", closed: "Closed now", unknown: "Not certain to be open" }[String(props.state)];
  if (said === undefined) return null;
  return (
    <span class={`seal ${props.state === "open" ? "good" : "doubtful"}`}>
      <span aria-hidden="true">{props.state === "open" ? "● " : "○ "}</span>
      {said}
    </span>
  );
}

/** A fact with its name; nothing when it is not known. */
export function Fact(props: { readonly name: string; readonly children?: ComponentChildren }) {
  const empty = props.children === null || props.children === undefined || props.children === "" || (Array.isArray(props.children) && props.children.every((child) => !child));
  if (empty) return null;
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
