/** What files said about themselves, and what people wrote about a session (protocol/file-definitions.ts). */
import { isAnnotationDefinition, isEnvironmentDefinition } from '@hindscope/protocol'
import type { AnnotationDefinition, EnvironmentDefinition } from '@hindscope/protocol'

export class FileRemarks {
  private readonly written = new Map<string, AnnotationDefinition>()
  private readonly files = new Map<number, EnvironmentDefinition>()

  /** What is not what its kind says is left out. Of two with one id the one that was written later counts. */
  add(definition: AnnotationDefinition | EnvironmentDefinition): void {
    if (definition.kind === 'environment') {
      if (isEnvironmentDefinition(definition)) this.files.set(definition.writtenMs, definition)
    } else if (isAnnotationDefinition(definition)) {
      const known = this.written.get(definition.id)
      if (known === undefined || known.writtenMs <= definition.writtenMs) this.written.set(definition.id, definition)
    }
  }

  /** In the order that people gave them, else of the time that they are about; without those that were removed. */
  annotations(): readonly AnnotationDefinition[] {
    return [...this.written.values()].filter(({ text }) => text !== '').sort((a, b) => orderOf(a) - orderOf(b) || a.writtenMs - b.writtenMs)
  }

  /** Those that were removed too. */
  allAnnotations(): readonly AnnotationDefinition[] {
    return [...this.written.values()]
  }

  /** Of the files that the session was read from, the last written last. */
  environments(): readonly EnvironmentDefinition[] {
    return [...this.files.values()].sort((a, b) => a.writtenMs - b.writtenMs)
  }

  /** All of it, for a file: those that were removed too, so that they stay so where the file is added to another. */
  definitions(): readonly (AnnotationDefinition | EnvironmentDefinition)[] {
    return [...this.environments(), ...this.allAnnotations()]
  }
}

export const orderOf = ({ atUs, order = atUs }: AnnotationDefinition): number => order
