/** What one round found, by name. */
export type Figures = Readonly<Record<string, number>>

/** Something that can be measured again and again. */
export interface Subject {
  round(): Figures | Promise<Figures>
  close(): void
}
