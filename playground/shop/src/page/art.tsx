import type { CSSProperties, ReactElement, ReactNode } from 'react'
import type { ArtName } from '../shared/types.ts'

interface ArtProps {
  readonly name: ArtName
  /** Degrees on the colour wheel; the style sheet makes three tones of it. */
  readonly hue: number
}

export function Art({ name, hue }: ArtProps): ReactElement {
  return (
    <svg className="art" viewBox="0 0 96 96" aria-hidden="true" style={{ '--hue': hue } as CSSProperties}>
      <ellipse className="shadow" cx="48" cy="78" rx="27" ry="4" />
      {DRAWINGS[name]}
    </svg>
  )
}

/** Classes: `body` the thing, `shade` its darker parts, `light` what shines, `line` strokes. */
const DRAWINGS: Readonly<Record<ArtName, ReactNode>> = {
  mug: (
    <>
      <path className="line" d="M61 40h7a9 9 0 0 1 0 20h-8" />
      <path className="body" d="M29 30h33v34a12 12 0 0 1-12 12h-9a12 12 0 0 1-12-12z" />
      <path className="shade" d="M29 52h33v12a12 12 0 0 1-12 12h-9a12 12 0 0 1-12-12z" />
      <path className="light" d="M33 35h4v22h-4z" />
    </>
  ),
  pot: (
    <>
      <path className="line" d="M66 46c8-2 10 4 8 12M28 52 18 42" />
      <path className="body" d="M30 42h36c4 12 3 34-18 34S26 54 30 42z" />
      <path className="shade" d="M27 56h42c0 12-6 20-21 20s-21-8-21-20z" />
      <path className="shade" d="M33 42a15 10 0 0 1 30 0z" />
      <circle className="body" cx="48" cy="29" r="4" />
    </>
  ),
  kettle: (
    <>
      <path className="line" d="M30 40c0-26 36-26 36 0M30 62C20 58 24 40 14 34" />
      <path className="body" d="M32 42h32l7 28c1 4-2 6-5 6H30c-3 0-6-2-5-6z" />
      <path className="shade" d="M27 62h42l2 8c1 4-2 6-5 6H30c-3 0-6-2-5-6z" />
      <path className="light" d="m37 46-4 14h4l4-14z" />
    </>
  ),
  bowl: (
    <>
      <path className="body" d="M18 44h60c0 20-12 32-30 32S18 64 18 44z" />
      <path className="shade" d="M21 57h54c-4 12-13 19-27 19s-23-7-27-19z" />
      <ellipse className="light" cx="48" cy="44" rx="30" ry="6" />
    </>
  ),
  board: (
    <>
      <path className="body" d="M28 36h40a5 5 0 0 1 5 5v30a5 5 0 0 1-5 5H28a5 5 0 0 1-5-5V41a5 5 0 0 1 5-5z" />
      <path className="body" d="M42 36V22a6 6 0 0 1 12 0v14z" />
      <circle className="hole" cx="48" cy="23" r="2.5" />
      <path className="grain" d="M28 46h40M28 54h40M28 62h40M28 70h40" />
    </>
  ),
  knife: (
    <>
      <path className="light" d="m20 60 40-40c8 8 8 16 2 22L44 60z" />
      <path className="body" d="m40 60 6-6 6 6-16 16a4 4 0 0 1-6-6z" />
      <path className="shade" d="m36 76-6-6 5-5 6 6z" />
    </>
  ),
  notebook: (
    <>
      <path className="body" d="M30 20h36a4 4 0 0 1 4 4v48a4 4 0 0 1-4 4H30z" />
      <path className="shade" d="M30 20h-2a4 4 0 0 0-4 4v48a4 4 0 0 0 4 4h6V20z" />
      <path className="light" d="M42 34h20v10H42z" />
      <path className="line thin" d="M62 76V20" />
    </>
  ),
  pen: (
    <>
      <path className="body" d="m30 66 30-40 10 8-30 40z" />
      <path className="shade" d="m60 26 4-5a5 5 0 0 1 7 0l3 3a5 5 0 0 1 0 6l-4 4z" />
      <path className="light" d="m30 66 10 8-15 6z" />
    </>
  ),
  lamp: (
    <>
      <path className="glow" d="M34 46h28l14 32H20z" />
      <path className="body" d="M38 22h20l10 24H28z" />
      <path className="shade" d="M31 39h34l3 7H28z" />
      <path className="line" d="M48 46v28M36 76h24" />
    </>
  ),
  candle: (
    <>
      <circle className="glow" cx="48" cy="28" r="17" />
      <path className="flame" d="M48 16c6 8 7 16 0 18-7-2-6-10 0-18z" />
      <path className="body" d="M36 40h24v36H36z" />
      <path className="shade" d="M36 60h24v16H36z" />
      <path className="light" d="M40 40h4v14h-4z" />
    </>
  ),
  plant: (
    <>
      <path className="leaf" d="M48 54C30 52 24 38 26 24c14 2 23 12 22 30zM48 54c0-20 8-30 24-34 2 18-6 30-24 34z" />
      <path className="leaf dark" d="M48 54c-7-14-7-28 0-40 8 12 8 26 0 40z" />
      <path className="body" d="M30 52h36l-5 24H35z" />
      <path className="shade" d="M28 50h40v8H28z" />
    </>
  ),
  can: (
    <>
      <path className="line" d="M62 46c18-6 18 22 0 24M32 58 16 38" />
      <path className="body" d="M32 44h30v28a4 4 0 0 1-4 4H36a4 4 0 0 1-4-4z" />
      <path className="shade" d="M32 62h30v10a4 4 0 0 1-4 4H36a4 4 0 0 1-4-4zM10 38l10-8 2 4-9 8z" />
      <path className="line" d="M36 44c0-16 22-16 22 0" />
    </>
  ),
  throw: (
    <>
      <path className="body" d="M22 30h52v38H22z" />
      <path className="shade" d="M22 40h52v6H22zM22 54h52v6H22z" />
      <path className="light" d="M34 30h6v38h-6zM56 30h6v38h-6z" />
      <path className="line thin" d="M25 68v8M33 68v8M41 68v8M49 68v8M57 68v8M65 68v8M71 68v8" />
    </>
  ),
  tin: (
    <>
      <path className="body" d="M29 38h38v34a4 4 0 0 1-4 4H33a4 4 0 0 1-4-4z" />
      <path className="shade" d="M26 26h44v14H26z" />
      <path className="light" d="M37 48h22v16H37z" />
    </>
  ),
  clock: (
    <>
      <path className="line" d="m34 72-6 6M62 72l6 6" />
      <circle className="shade" cx="48" cy="48" r="29" />
      <circle className="face" cx="48" cy="48" r="23" />
      <path className="line thin" d="M48 32v16l10 7" />
    </>
  ),
  basket: (
    <>
      <path className="line" d="M30 44c0-30 36-30 36 0" />
      <path className="body" d="M20 44h56l-7 32H27z" />
      <path className="shade" d="M18 40h60v8H18z" />
      <path className="grain" d="M24 56h48M26 66h44M36 48l3 28M48 48v28M60 48l-3 28" />
    </>
  ),
}
